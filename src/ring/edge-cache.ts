import type { Address } from '../address';
import type { EdgeTable } from '../record/edge-table';
import type { CodeLog } from './code-log';
import { ExitKind } from './exit-table';
import { RingError } from './ring-error';

/**
 * The edge of each exit id, so that ingest interns an edge once and not once a record. An indirect exit
 * remembers its last target, which is mostly its next one too: 0.9 of returns and indirect jumps hit.
 *
 * Good for one edge table and, once code has been seen to change, one epoch.
 */
export class EdgeCache {
  /** By exit id: edge index + 1 of a direct exit, INDIRECT or REDIRECT, or 0 when not looked up yet. */
  slots = new Uint32Array(0);
  private lastLow = new Uint32Array(0);
  private lastHigh = new Uint32Array(0);
  private lastEdge = new Uint32Array(0); // edge index + 1
  /** Ids that have been looked up, by the region of their branch. */
  private readonly idsOfRegion = new Map<number, number[]>();
  private epoch = 0;

  constructor(
    private readonly log: CodeLog,
    private readonly edges: EdgeTable,
    private readonly fileName: string,
  ) {}

  /** Makes the cache that of an epoch, and long enough for every id in the log. */
  enter(epoch: number): void {
    const { length } = this.log.exits;
    if (this.slots.length < length) {
      this.slots = grown(this.slots, length);
      this.lastLow = grown(this.lastLow, length);
      this.lastHigh = grown(this.lastHigh, length);
      this.lastEdge = grown(this.lastEdge, length);
    }
    if (epoch !== this.epoch) this.forget(epoch);
    this.epoch = epoch;
  }

  /** Drops the edges whose code has another generation in that epoch: code may change thousands of times. */
  private forget(epoch: number): void {
    if (this.idsOfRegion.size === 0) return;
    for (const region of this.log.blocks.regionsThatDiffer(this.epoch, epoch)) {
      for (const id of this.idsOfRegion.get(region) ?? []) {
        this.slots[id] = 0;
        this.lastEdge[id] = 0;
      }
      this.idsOfRegion.delete(region);
    }
  }

  /** Fills in `slots[id]` and returns it. @throws RingError for an id that was never given */
  look(id: number): number {
    const { exits, blocks } = this.log;
    let slot: number;
    switch (exits.kind[id]) {
      case ExitKind.direct: {
        const from = exits.from[id] as Address;
        slot = this.edges.intern(from, exits.to[id] as Address, blocks.generation(from, this.epoch)) + 1;
        break;
      }
      case ExitKind.indirect:
        slot = INDIRECT;
        break;
      case ExitKind.redirect:
        slot = REDIRECT;
        break;
      default:
        throw new RingError('damaged', this.fileName, `has exit id ${id}, which the code log does not know`);
    }
    this.slots[id] = slot;
    if (!blocks.unchanged) this.remember(id);
    return slot;
  }

  private remember(id: number): void {
    const region = this.log.blocks.regionOf(this.log.exits.from[id]!);
    const ids = this.idsOfRegion.get(region);
    if (ids) ids.push(id);
    else this.idsOfRegion.set(region, [id]);
  }

  /** The edge of an indirect exit to a target in two halves. */
  indirect(id: number, low: number, high: number): number {
    if (this.lastLow[id] === low && this.lastHigh[id] === high) {
      const known = this.lastEdge[id]!;
      if (known !== 0) return known - 1;
    }
    const from = this.log.exits.from[id] as Address;
    const to = ((high | 0) * 2 ** 32 + low) as Address;
    const edge = this.edges.intern(from, to, this.log.blocks.generation(from, this.epoch));
    this.lastLow[id] = low;
    this.lastHigh[id] = high;
    this.lastEdge[id] = edge + 1;
    return edge;
  }
}

export const INDIRECT = 0xffff_ffff;
export const REDIRECT = 0xffff_fffe;

function grown(from: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const into = new Uint32Array(2 ** Math.ceil(Math.log2(length)));
  into.set(from);
  return into;
}
