import type { Address } from '../address';
import type { EdgeIndex } from './record';

/**
 * Every distinct branch (from, to, generation) once, as columns indexed by {@link EdgeIndex}.
 *
 * `generation` is the {@link import('../code/code-source').CodeSource} generation of the code at `from`: 0
 * until the code at an address has been seen to change.
 *
 * Open addressing over a power-of-two table of indices, at most half full: interning allocates nothing
 * but when a column doubles, because ingest runs through it for every indirect branch.
 */
export class EdgeTable {
  from = new Float64Array(1024);
  to = new Float64Array(1024);
  generation = new Uint32Array(1024);
  length = 0;
  private slots = new Uint32Array(4096); // edge index + 1; 0 is empty

  intern(from: Address, to: Address, generation = 0): EdgeIndex {
    const mask = this.slots.length - 1;
    let slot = hash(from, to, generation) & mask;
    for (;;) {
      const entry = this.slots[slot]!;
      if (entry === 0) break;
      const index = entry - 1;
      if (this.to[index] === to && this.from[index] === from && this.generation[index] === generation)
        return index as EdgeIndex;
      slot = (slot + 1) & mask;
    }
    const index = this.length;
    if (index === this.from.length) this.growColumns();
    this.from[index] = from;
    this.to[index] = to;
    this.generation[index] = generation;
    this.length = index + 1;
    this.slots[slot] = index + 1;
    if (this.length * 2 > this.slots.length) this.growSlots();
    return index as EdgeIndex;
  }

  fromOf(edge: EdgeIndex): Address {
    return this.from[edge] as Address;
  }

  toOf(edge: EdgeIndex): Address {
    return this.to[edge] as Address;
  }

  private growColumns(): void {
    const capacity = this.from.length * 2;
    this.from = copied(new Float64Array(capacity), this.from);
    this.to = copied(new Float64Array(capacity), this.to);
    this.generation = copied(new Uint32Array(capacity), this.generation);
  }

  private growSlots(): void {
    const slots = new Uint32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let index = 0; index < this.length; index++) {
      let slot = hash(this.from[index]!, this.to[index]!, this.generation[index]!) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
    this.slots = slots;
  }
}

function copied<T extends Float64Array | Uint32Array>(into: T, from: T): T {
  into.set(from);
  return into;
}

function hash(from: number, to: number, generation: number): number {
  // `| 0` takes the low 32 bits: modules lie megabytes apart, so those tell addresses apart well enough.
  let h = Math.imul(from | 0, 0x9e3779b1) ^ Math.imul(to | 0, 0x85ebca6b) ^ generation;
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return h ^ (h >>> 13);
}
