import type { RecordIndex } from '../../record/record';
import type { SymbolTable } from '../../symbols/symbol-table';
import type { Chain } from '../chain';
import { FrameEntry } from '../frames/frame-sink';
import type { FrameIndex } from '../frames/frame-table';
import type { FrameWindow } from '../frames/frame-window';
import type { Gap } from '../gap';
import type { Position } from '../position';

/** A step along one frame's own instructions. */
export type WalkStep =
  | {
      readonly position: Position;
      /**
       * `same`: on in the block; `branch`: over a branch within the frame; `over`: over what was called in between;
       * `tail`: forward into the function that replaced this one; `out`: into the caller.
       */
      readonly how: 'same' | 'branch' | 'over' | 'tail' | 'out';
      /** `over`: forward the record that entered the callee, backward the one that left it. */
      readonly callee?: number;
    }
  /** `beside`: in something that was called, where the gap is. */
  | { readonly gap: Gap; readonly beside?: Position }
  /** The history begins, or ends, in here or in something that was called. */
  | { readonly limit: true };

/** Walks along a frame: through its blocks, over what they call, out into the caller. Throws NeedSymbols and Busy. */
export class FrameWalk {
  private window: FrameWindow;

  constructor(
    readonly chain: Chain,
    readonly symbols: SymbolTable,
    private readonly origin: number,
    /** Most records looked at before `origin`. */
    private readonly reach = Number.POSITIVE_INFINITY,
  ) {
    this.window = chain.frames.around(origin, symbols);
  }

  /** The oldest record looked at. */
  get begins(): number {
    return this.window.first;
  }

  frame(record: number): FrameIndex {
    if (record < this.window.first) this.window = this.chain.frames.around(record, this.symbols);
    return this.window.frame(record);
  }

  previous(from: Position): WalkStep {
    if (from.instruction > 0) return { position: before(from), how: 'same' };
    for (let record: number = from.record; ; ) {
      const earlier = this.chain.before(record);
      if (earlier < this.chain.thread.first) return { limit: true };
      const gap = this.chain.gap(record);
      if (gap !== undefined) return { gap };
      if (earlier < this.window.first) {
        this.farther(record);
        continue;
      }
      const frame = this.window.frame(record);
      const count = this.chain.positions(earlier);
      if (this.window.frame(earlier) === frame) {
        if (count > 0) return { position: place(earlier, count - 1), how: 'branch' };
        record = earlier;
        continue;
      }
      if (this.window.enteredBy(frame) === earlier) {
        if (count > 0) return { position: place(earlier, count - 1), how: 'out' };
        record = earlier;
        continue;
      }
      const hole = count === 0 ? this.chain.gap(earlier) : undefined;
      if (hole !== undefined) return { gap: hole };
      const entry = this.callRecord(frame, earlier);
      if (entry !== undefined) {
        const callCount = this.chain.positions(entry);
        if (callCount > 0) return { position: place(entry, callCount - 1), how: 'over', callee: earlier };
        record = entry;
        continue;
      }
      const lost = this.lostCall(frame, earlier);
      if (lost !== undefined) return lost;
      if (!this.farther(record)) return { limit: true };
    }
  }

  next(from: Position): WalkStep {
    if (from.instruction + 1 < this.chain.positions(from.record))
      return { position: after(from), how: 'same' };
    const { thread } = this.chain;
    if (from.record >= thread.end) return { limit: true };
    const frame = this.frame(from.record);
    const later = this.chain.after(from.record);
    const entered = this.frame(later);
    if (entered === frame) return this.land(later, 'branch');
    if (this.window.parent(entered) !== frame) {
      const tail =
        this.window.entry(entered) === FrameEntry.tail && this.window.enteredBy(entered) === from.record;
      return this.land(later, tail ? 'tail' : 'out');
    }
    for (let callee = entered; ; ) {
      const left = this.window.leftBy(callee);
      if (left === undefined) return { limit: true };
      const gap = this.breakAt(left);
      if (gap !== undefined)
        return besides(gap, this.chain.previous({ record: left as RecordIndex, instruction: 0 })?.position);
      const behind = this.frame(left + 1);
      if (behind === frame) return this.land(left + 1, 'over', from.record);
      const replaced = this.window.parent(behind) === frame && this.window.entry(behind) === FrameEntry.tail;
      if (!replaced) return this.land(left + 1, 'out');
      callee = behind;
    }
  }

  /** The record that called (interrupted, …) the frame of `record`, through tail calls to the real caller. */
  caller(
    record: number,
  ): { readonly call: number } | { readonly gap: Gap; readonly behind: number } | undefined {
    for (let inside = record; ; ) {
      const frame = this.frame(inside);
      const entered = this.window.enteredBy(frame);
      if (entered === undefined) {
        const behind = this.window.lostBehind(frame);
        const { thread } = this.chain;
        if (behind >= thread.first && behind >= this.window.first) {
          const gap = this.chain.gap(behind) ?? this.chain.gap(behind + 1);
          if (gap !== undefined && thread.event(behind) !== undefined) return { gap, behind };
        }
        if (this.farther(record)) continue;
        return undefined;
      }
      if (this.window.entry(frame) !== FrameEntry.tail) return { call: entered };
      inside = entered;
    }
  }

  /** The record that left the frame of `record`, through tail calls; undefined when it is still there at the end. */
  exit(record: number): number | undefined {
    for (let frame = this.frame(record); ; ) {
      const left = this.window.leftBy(frame);
      if (left === undefined) return undefined;
      const behind = this.frame(left + 1);
      const replaced =
        this.window.entry(behind) === FrameEntry.tail && this.window.enteredBy(behind) === left;
      if (!replaced) return left;
      frame = behind;
    }
  }

  /** Whether `record` entered a frame above its own. */
  calls(record: number): boolean {
    if (record >= this.chain.thread.end || this.chain.isDebugger(record + 1)) return false;
    const frame = this.frame(record);
    const behind = this.frame(record + 1);
    return this.window.enteredBy(behind) === record && this.window.parent(behind) === frame;
  }

  /** The jump by which the frame of `record` replaced another one, if it did. */
  tailCall(record: number): number | undefined {
    const caller = this.caller(record);
    const frame = this.frame(record);
    const entered = caller === undefined ? undefined : this.window.enteredBy(frame);
    return entered !== undefined && this.window.entry(frame) === FrameEntry.tail ? entered : undefined;
  }

  /** The record that entered the frame of `record`, when it is recorded. */
  enteredBy(record: number): number | undefined {
    return this.window.enteredBy(this.frame(record));
  }

  /** Where the function that replaced the one entered by `record` was entered, if it was replaced. */
  replacement(record: number): number | undefined {
    const left = this.window.leftBy(this.frame(record + 1));
    if (left === undefined) return undefined;
    const behind = this.frame(left + 1);
    const replaced = this.window.entry(behind) === FrameEntry.tail && this.window.enteredBy(behind) === left;
    return replaced ? left : undefined;
  }

  /** The record in `frame` that led to `inside`, a record of something `frame` called. */
  private callRecord(frame: FrameIndex, inside: number): number | undefined {
    for (let record = inside; ; ) {
      let callee: FrameIndex | undefined = this.window.frame(record);
      if (callee === frame) return record;
      while (callee !== undefined && this.window.parent(callee) !== frame)
        callee = this.window.parent(callee);
      const entered = callee === undefined ? undefined : this.window.enteredBy(callee);
      if (entered === undefined || entered < this.window.first) return undefined;
      record = entered;
    }
  }

  /** The gap behind which something is known that `frame` called, `inside` being its last record. */
  private lostCall(frame: FrameIndex, inside: number): WalkStep | undefined {
    for (let record = inside; ; ) {
      let callee = this.window.frame(record);
      for (let caller = this.window.parent(callee); caller !== undefined && caller !== frame; ) {
        callee = caller;
        caller = this.window.parent(callee);
      }
      const entered = this.window.enteredBy(callee);
      if (entered === undefined) return this.gapFrom(this.window.lostBehind(callee));
      if (entered < this.window.first) return undefined;
      record = entered;
    }
  }

  private gapFrom(behind: number): WalkStep | undefined {
    const gap = this.breakAt(behind);
    if (gap === undefined) return undefined;
    return besides(gap, this.chain.next({ record: behind as RecordIndex, instruction: 0 })?.position);
  }

  /** Why the stack is not known behind `record`, if it is not. */
  private breakAt(record: number): Gap | undefined {
    if (record < this.chain.thread.first || record < this.window.first) return undefined;
    const kind = this.chain.thread.event(record)?.kind;
    return kind === 'lost' || kind === 'gap' || kind === 'exec' ? this.chain.gap(record) : undefined;
  }

  private farther(record: number): boolean {
    const before = this.origin - record;
    const limit = this.reach - before;
    const window = this.chain.frames.farther(this.window, record, this.symbols, limit);
    if (window === undefined) return false;
    this.window = window;
    return true;
  }

  private land(record: number, how: 'branch' | 'over' | 'tail' | 'out', callee?: number): WalkStep {
    for (let at = record; at <= this.chain.thread.end; at = this.chain.after(at)) {
      const gap = this.chain.gap(at);
      if (gap !== undefined) return { gap };
      if (this.chain.positions(at) === 0) continue;
      return callee === undefined ? { position: place(at, 0), how } : { position: place(at, 0), how, callee };
    }
    return { limit: true };
  }
}

function besides(gap: Gap, beside: Position | undefined): WalkStep {
  return beside === undefined ? { gap } : { gap, beside };
}

function place(record: number, instruction: number): Position {
  return { record: record as RecordIndex, instruction };
}

function before(position: Position): Position {
  return { record: position.record, instruction: position.instruction - 1 };
}

function after(position: Position): Position {
  return { record: position.record, instruction: position.instruction + 1 };
}
