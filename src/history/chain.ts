import type { Address } from '../address';
import type { RecordEvent } from '../record/event';
import { EVENT_BIT, type RecordIndex } from '../record/record';
import type { BlockIndex } from './block-table';
import { BranchKind } from './branch-kind';
import { FrameWindows } from './frames/frame-windows';
import type { Gap } from './gap';
import type { History } from './history';
import type { Position } from './position';
import { RowLists } from './rows/row-lists';
import type { ThreadHistory } from './thread-history';

/** The position next to another one, and the gap that lies between the two, if any. */
export interface Neighbour {
  readonly position: Position;
  readonly crossed?: Gap;
}

/** No block lies before this record. */
export const NO_BLOCK = -1 as BlockIndex;

/**
 * One thread's records as a chain of blocks. The block of a record runs from where the record before it went to
 * to where the record itself left:
 *
 *     record 6  A → B        block 7:  B … C   (inclusive: the branch at C was executed)
 *     record 7  C → D        block 8:  D … E   (the instruction at E was not: the signal came first)
 *     record 8  signal E → F
 *     end                    block 9:  F … stop pc (not executed either)
 *
 * fork is transparent. Where the beginning is not known, only the last instruction is: the block is that one. Where the
 * end is not known there is no block.
 */
export class Chain {
  // The block of an edge for the start it was last asked with: nearly always the right one again.
  private cachedStart = new Float64Array(0);
  private cachedBlock = new Int32Array(0);
  readonly frames: FrameWindows;
  readonly rows: RowLists;

  constructor(
    readonly history: History,
    readonly thread: ThreadHistory,
  ) {
    this.frames = new FrameWindows(this);
    this.rows = new RowLists(this);
  }

  /** Where execution went on after the records before `record`; NaN when not known. */
  startOf(record: number): number {
    for (let before = record - 1; before >= this.thread.first; before--) {
      const value = this.thread.value(before);
      if (value < EVENT_BIT) return this.history.edges.to[value]!;
      const event = this.thread.eventOf(value);
      if (event.kind === 'fork') continue;
      return ('to' in event ? event.to : undefined) ?? Number.NaN;
    }
    return Number.NaN;
  }

  /** Where `record` left, or the stop pc for the tail; NaN when not known or not applicable. */
  endOf(record: number): number {
    if (record >= this.thread.end) return this.thread.stopPc ?? Number.NaN;
    const value = this.thread.value(record);
    if (value < EVENT_BIT) return this.history.edges.from[value]!;
    return eventEnd(this.thread.eventOf(value));
  }

  /** The block that ends at `record` (or the tail block), or {@link NO_BLOCK}. */
  block(record: number): BlockIndex {
    const end = this.endOf(record);
    if (Number.isNaN(end)) return NO_BLOCK;
    const start = this.startOf(record);
    const value = record < this.thread.end ? this.thread.value(record) : EVENT_BIT;
    if (value < EVENT_BIT) return this.blockOfEdge(value, start);
    return this.history.blocks.intern(Number.isNaN(start) ? end : start, end, 0);
  }

  /** The block that `edge` ends, entered at `start` (NaN: not known). */
  blockOfEdge(edge: number, start: number): BlockIndex {
    if (edge >= this.cachedStart.length) this.growCache();
    if (this.cachedStart[edge] === start) return this.cachedBlock[edge] as BlockIndex;
    const { edges, blocks, facts } = this.history;
    const end = edges.from[edge]!;
    // Code that is not what ran says nothing of how the branch was reached.
    const known = !Number.isNaN(start) && !facts.isInconsistent(edge);
    const block = blocks.intern(known ? start : end, end, edges.generation[edge]!);
    this.cachedStart[edge] = start;
    this.cachedBlock[edge] = block;
    return block;
  }

  /** What is not known directly before the block of `record`, or in place of it. */
  gap(record: number): Gap | undefined {
    const atEnd = record >= this.thread.end;
    const value = atEnd ? EVENT_BIT : this.thread.value(record);
    const event = !atEnd && value >= EVENT_BIT ? this.thread.eventOf(value) : undefined;
    if (event?.kind === 'lost' || event?.kind === 'exec') return event.kind;
    if (event?.kind === 'gap') return event.reason;
    if (event?.kind === 'fork') return undefined;
    const block = this.block(record);
    if (block === NO_BLOCK) {
      if (atEnd) return 'not stopped';
      return event?.kind === 'exit' || event?.kind === 'debugger' ? undefined : 'end not recorded';
    }
    if (Number.isNaN(this.startOf(record))) return this.gapBefore(record);
    if (!atEnd && event === undefined && this.history.facts.isInconsistent(value)) return 'code changed';
    // Behind the system call that ends a thread no code has ever been seen: nothing is missing there.
    return event?.kind === 'exit' ? undefined : this.history.blocks.gap(block);
  }

  /** Instructions of the block of `record` at which the cursor can stand. */
  positions(record: number): number {
    const block = this.block(record);
    if (block === NO_BLOCK) return 0;
    const count = this.history.blocks.instructions(block);
    // The same state comes again behind the inferior call.
    return this.debuggerAction(record) === 'call' ? count - 1 : count;
  }

  /** Instructions of the block of `record` that were executed. */
  executed(record: number): number {
    const block = this.block(record);
    if (block === NO_BLOCK) return 0;
    const count = this.history.blocks.instructions(block);
    if (record >= this.thread.end) return count - 1;
    const value = this.thread.value(record);
    if (value < EVENT_BIT) {
      return this.history.facts.kind(value) === BranchKind.interrupt ? count - 1 : count;
    }
    return this.thread.eventOf(value).kind === 'sigreturn' ? count : count - 1;
  }

  pc(position: Position): Address {
    return this.history.blocks.address(this.block(position.record), position.instruction);
  }

  /** Whether there is such a position. */
  isValid(position: Position): boolean {
    const { record, instruction } = position;
    if (record < this.thread.first || record > this.thread.end) return false;
    return instruction >= 0 && instruction < this.positions(record);
  }

  firstPosition(): Position | undefined {
    const first = this.after(this.thread.first - 1) as RecordIndex;
    if (this.positions(first) > 0) return { record: first, instruction: 0 };
    return this.next({ record: first, instruction: 0 })?.position;
  }

  /** The live end: the stop pc, or the last known position of a thread that is not stopped. */
  lastPosition(): Position | undefined {
    const { end } = this.thread;
    const count = this.positions(end);
    if (count > 0) return { record: end, instruction: count - 1 };
    return this.previous({ record: end, instruction: 0 })?.position;
  }

  /** One instruction earlier, skipping inferior calls. Undefined at the beginning. */
  previous(position: Position): Neighbour | undefined {
    if (position.instruction > 0) {
      return { position: { record: position.record, instruction: position.instruction - 1 } };
    }
    let crossed = this.gap(position.record);
    for (
      let record = this.before(position.record);
      record >= this.thread.first;
      record = this.before(record)
    ) {
      const count = this.positions(record);
      if (count > 0) return neighbour(record, count - 1, crossed);
      crossed ??= this.gap(record);
    }
    return undefined;
  }

  /** One instruction later, skipping inferior calls. Undefined at the live end. */
  next(position: Position): Neighbour | undefined {
    if (position.instruction + 1 < this.positions(position.record)) {
      return { position: { record: position.record, instruction: position.instruction + 1 } };
    }
    let crossed: Gap | undefined;
    for (let record = this.after(position.record); record <= this.thread.end; record = this.after(record)) {
      crossed ??= this.gap(record);
      if (this.positions(record) > 0) return neighbour(record, 0, crossed);
    }
    return undefined;
  }

  /** The record before `record`, skipping what ran in inferior calls. */
  before(record: number): number {
    const before = record - 1;
    const range = this.thread.debuggerRanges.containing(before);
    return range === undefined ? before : range.call;
  }

  /** The record after `record`, skipping what ran in inferior calls. */
  after(record: number): number {
    const after = record + 1;
    const range = this.thread.debuggerRanges.containing(after);
    return range === undefined ? after : range.return + 1;
  }

  /** Whether `record` was recorded during an inferior call, its `return` event included. */
  isDebugger(record: number): boolean {
    return this.thread.debuggerRanges.containing(record) !== undefined;
  }

  private gapBefore(record: number): Gap {
    for (let before = record - 1; before >= this.thread.first; before--) {
      const event = this.thread.event(before);
      if (event === undefined || event.kind === 'fork') continue;
      if (event.kind === 'lost' || event.kind === 'exec') return event.kind;
      return event.kind === 'gap' ? event.reason : 'unknown';
    }
    return this.thread.beginning;
  }

  private debuggerAction(record: number): 'jump' | 'call' | 'return' | undefined {
    if (record >= this.thread.end) return undefined;
    const event = this.thread.event(record);
    return event?.kind === 'debugger' ? event.action : undefined;
  }

  private growCache(): void {
    const starts = new Float64Array(this.history.edges.from.length).fill(Number.NaN);
    starts.set(this.cachedStart);
    const blocks = new Int32Array(starts.length);
    blocks.set(this.cachedBlock);
    this.cachedStart = starts;
    this.cachedBlock = blocks;
  }
}

function eventEnd(event: RecordEvent): number {
  switch (event.kind) {
    case 'signal':
      return event.from;
    case 'sigreturn':
    case 'debugger':
    case 'exit': // of a thread that a signal ended, the instruction that did not come to its end
      return event.from ?? Number.NaN;
    default:
      return Number.NaN;
  }
}

function neighbour(record: number, instruction: number, crossed: Gap | undefined): Neighbour {
  const position = { record: record as RecordIndex, instruction };
  return crossed === undefined ? { position } : { position, crossed };
}
