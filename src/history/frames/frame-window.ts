import type { Address } from '../../address';
import type { SymbolTable } from '../../symbols/symbol-table';
import type { Chain } from '../chain';
import { Busy } from '../with-symbols';
import { FrameEntry, type FrameSink, type NewFrame } from './frame-sink';
import { ALIVE, type FrameIndex, FrameTable } from './frame-table';
import { FunctionIndex } from './function-index';
import { StackMachine } from './stack-machine';

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
  private readonly table = new FrameTable();

  constructor(
    private readonly chain: Chain,
    symbols: SymbolTable,
    readonly first: number,
  ) {
    this.next = first;
    this.machine = new StackMachine(chain, new FunctionIndex(symbols, chain.history.facts), this, first);
  }

  /** One past the last record worked through. */
  get end(): number {
    return this.next;
  }

  /** The frame the block of `record` ran in. Throws NeedSymbols and Busy. */
  frame(record: number): FrameIndex {
    this.cover(record);
    return this.frames[record - this.first] as FrameIndex;
  }

  /** The frame below: its caller, or what it interrupted; undefined for a bottom frame. */
  parent(frame: FrameIndex): FrameIndex | undefined {
    return this.table.parent(frame);
  }

  entry(frame: FrameIndex): FrameEntry {
    return this.table.entry(frame);
  }

  /** Where it was entered; for a lost frame some address in it, or NaN. */
  address(frame: FrameIndex): Address {
    return this.table.address(frame);
  }

  /** The record that entered it, undefined when that is not recorded. */
  enteredBy(frame: FrameIndex): number | undefined {
    return this.table.entry(frame) === FrameEntry.lost ? undefined : this.table.enteredAt(frame);
  }

  /** For a lost frame: the record (lost, gap, …, or the one before the window) behind which its known part begins. */
  lostBehind(frame: FrameIndex): number {
    return this.table.enteredAt(frame);
  }

  /** The record that left it; undefined when it is still there at the newest record. Throws NeedSymbols and Busy. */
  leftBy(frame: FrameIndex): number | undefined {
    const { thread } = this.chain;
    const sliceEnd = this.next + SLICE;
    while (this.table.leftAt(frame) === ALIVE && this.next < thread.end) {
      if (this.next >= sliceEnd) throw new Busy();
      this.cover(Math.min(this.next + AHEAD, thread.end));
    }
    const left = this.table.leftAt(frame);
    return left === ALIVE ? undefined : left;
  }

  enter(frame: NewFrame): number {
    return this.table.add(frame);
  }

  leave(id: number, record: number): void {
    this.table.leave(id, record);
  }

  grow(bottom: number, address: Address, record: number): number {
    return this.table.addBelow(bottom, address, record);
  }

  private cover(record: number): void {
    if (record < this.next) return;
    const { thread } = this.chain;
    const to = Math.min(record + AHEAD, thread.end);
    const sliceEnd = this.next + SLICE;
    while (this.next <= Math.max(record, to - 1)) {
      if (this.next >= sliceEnd) throw new Busy();
      this.store(this.next);
      // The tail: nothing to apply, and newer records may come.
      if (this.next >= thread.end) return;
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
