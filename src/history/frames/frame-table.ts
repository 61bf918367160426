import type { Address } from '../../address';
import { FrameEntry, type NewFrame } from './frame-sink';

/** Row of a {@link FrameTable}. */
export type FrameIndex = number & { readonly __unit: 'frame index' };

/** Not left yet. */
export const ALIVE = Number.POSITIVE_INFINITY;

/** Frames as columns, 33 bytes each: a long stretch of records holds millions of them. */
export class FrameTable {
  private parents = new Int32Array(256);
  private entries = new Uint8Array(256);
  private addresses = new Float64Array(256);
  private entered = new Float64Array(256);
  private left = new Float64Array(256);
  private depths = new Int32Array(256);
  private count = 0;

  add(frame: NewFrame): FrameIndex {
    if (this.count === this.parents.length) this.grow();
    const index = this.count++;
    this.parents[index] = frame.parent ?? -1;
    this.entries[index] = frame.entry;
    this.addresses[index] = frame.address;
    this.entered[index] = frame.record;
    this.left[index] = ALIVE;
    this.depths[index] = frame.parent === undefined ? 0 : this.depths[frame.parent]! + 1;
    return index as FrameIndex;
  }

  /** A new bottom frame that is found to have called `bottom`. */
  addBelow(bottom: number, address: Address, record: number): FrameIndex {
    const index = this.add({ parent: undefined, entry: FrameEntry.lost, address, record });
    this.parents[bottom] = index;
    this.depths[index] = this.depths[bottom]! - 1;
    return index;
  }

  leave(frame: number, record: number): void {
    this.left[frame] = record;
  }

  parent(frame: FrameIndex): FrameIndex | undefined {
    const parent = this.parents[frame]!;
    return parent < 0 ? undefined : (parent as FrameIndex);
  }

  entry(frame: FrameIndex): FrameEntry {
    return this.entries[frame]!;
  }

  address(frame: FrameIndex): Address {
    return this.addresses[frame] as Address;
  }

  /** The record that entered it; of a lost one the record behind which its known part begins. */
  enteredAt(frame: FrameIndex): number {
    return this.entered[frame]!;
  }

  /** The record that left it, or {@link ALIVE}. */
  leftAt(frame: FrameIndex): number {
    return this.left[frame]!;
  }

  depth(frame: FrameIndex): number {
    return this.depths[frame]!;
  }

  private grow(): void {
    const size = this.parents.length * 2;
    const { parents, entries, addresses, entered, left, depths } = this;
    this.parents = new Int32Array(size);
    this.parents.set(parents);
    this.entries = new Uint8Array(size);
    this.entries.set(entries);
    this.addresses = new Float64Array(size);
    this.addresses.set(addresses);
    this.entered = new Float64Array(size);
    this.entered.set(entered);
    this.left = new Float64Array(size);
    this.left.set(left);
    this.depths = new Int32Array(size);
    this.depths.set(depths);
  }
}
