import type { Address } from '../../address';
import type { SymbolTable } from '../../symbols/symbol-table';
import type { Chain } from '../chain';
import { Busy } from '../with-symbols';
import { FrameEntry, type FrameSink, type NewFrame } from './frame-sink';
import { FunctionIndex } from './function-index';
import { StackMachine } from './stack-machine';

/** Row of a {@link FrameWindow}'s frames. */
export type FrameIndex = number & { readonly __unit: 'frame index' };

/** Records worked through before the event loop gets its turn: about 10 ms. */
const SLICE = 1 << 18;
/** Worked ahead of what was asked for, so that neighbouring questions are answered already. */
const AHEAD = 4096;

/**
 * The frames of a stretch of one thread's records, from `first` on as far as has been asked for: which frame each
 * block ran in, and where each frame began and ended.
 */
export class FrameWindow implements FrameSink {
  /** By record − first: the frame its block ran in. */
  private frames = new Int32Array(AHEAD * 2);
  private next: number;
  private readonly machine: StackMachine;
  // Columns by FrameIndex.
  private readonly parents: number[] = [];
  private readonly entries: FrameEntry[] = [];
  private readonly entryAddresses: Address[] = [];
  private readonly entered: number[] = [];
  private readonly left: number[] = [];
  private readonly depths: number[] = [];

  constructor(
    private readonly chain: Chain,
    symbols: SymbolTable,
    readonly first: number,
  ) {
    this.next = first;
    this.machine = new StackMachine(chain, new FunctionIndex(symbols, chain.history.facts), this, first);
  }

  /** The frame the block of `record` ran in. Throws NeedSymbols and Busy. */
  frame(record: number): FrameIndex {
    this.cover(record);
    return this.frames[record - this.first] as FrameIndex;
  }

  /** The frame that called (or was interrupted by, or for a bottom frame is not known to have called) this one. */
  parent(frame: FrameIndex): FrameIndex | undefined {
    const parent = this.parents[frame]!;
    return parent < 0 ? undefined : (parent as FrameIndex);
  }

  entry(frame: FrameIndex): FrameEntry {
    return this.entries[frame]!;
  }

  /** Where it was entered; for a lost frame some address in it, or NaN. */
  address(frame: FrameIndex): Address {
    return this.entryAddresses[frame]!;
  }

  /** The record that entered it, undefined when that is not recorded. */
  enteredBy(frame: FrameIndex): number | undefined {
    return this.entries[frame] === FrameEntry.lost ? undefined : this.entered[frame];
  }

  /** For a lost frame: the record (lost, gap, …, or the one before the window) behind which its known part begins. */
  lostBehind(frame: FrameIndex): number {
    return this.entered[frame]!;
  }

  /** The record that left it; undefined when it is still there at the newest record. Throws NeedSymbols and Busy. */
  leftBy(frame: FrameIndex): number | undefined {
    const sliceEnd = this.next + SLICE;
    while (this.left[frame] === Number.POSITIVE_INFINITY && this.next < this.chain.thread.end) {
      if (this.next >= sliceEnd) throw new Busy();
      this.cover(Math.min(this.next + AHEAD, this.chain.thread.end));
    }
    const left = this.left[frame]!;
    return left === Number.POSITIVE_INFINITY ? undefined : left;
  }

  /** Frames between it and the bottom; only differences mean anything. */
  depth(frame: FrameIndex): number {
    return this.depths[frame]!;
  }

  enter(frame: NewFrame): number {
    const index = this.parents.length;
    this.parents.push(frame.parent ?? -1);
    this.entries.push(frame.entry);
    this.entryAddresses.push(frame.address);
    this.entered.push(frame.record);
    this.left.push(Number.POSITIVE_INFINITY);
    this.depths.push(frame.parent === undefined ? 0 : this.depths[frame.parent]! + 1);
    return index;
  }

  leave(id: number, record: number): void {
    this.left[id] = record;
  }

  grow(bottom: number, address: Address, record: number): number {
    const index = this.enter({ parent: undefined, entry: FrameEntry.lost, address, record });
    this.parents[bottom] = index;
    this.depths[index] = this.depths[bottom]! - 1;
    return index;
  }

  private cover(record: number): void {
    if (record < this.next) return;
    const { thread } = this.chain;
    const to = Math.min(record + AHEAD, thread.end);
    const sliceEnd = this.next + SLICE;
    while (this.next <= Math.max(record, to - 1)) {
      if (this.next >= sliceEnd) throw new Busy();
      if (this.next >= thread.end) {
        // The tail: nothing to apply, and newer records may come.
        this.store(this.next);
        return;
      }
      this.store(this.next);
      this.machine.apply(this.next, thread.value(this.next));
      this.next++;
    }
  }

  private store(record: number): void {
    const at = record - this.first;
    if (at >= this.frames.length) {
      const frames = new Int32Array(this.frames.length * 2);
      frames.set(this.frames);
      this.frames = frames;
    }
    this.frames[at] = this.machine.top;
  }
}
