import type { Address } from '../address';
import type { Chain } from '../history/chain';
import { FrameEntry, type FrameSink, type NewFrame } from '../history/frames/frame-sink';
import { FunctionIndex } from '../history/frames/function-index';
import { StackMachine } from '../history/frames/stack-machine';
import type { RecordEvent } from '../record/event';
import { EVENT_BIT } from '../record/record';
import type { SymbolTable } from '../symbols/symbol-table';

/**
 * What a walk over a thread's records tells, in order; enter and leave are nested like brackets. It must not throw:
 * what needs symbols comes later.
 */
export interface CallVisitor {
  /** `address` is where it was entered, or some address in it for a lost one, or NaN. */
  enter(entry: FrameEntry, address: Address): void;
  leave(): void;
  /** Instructions were executed in the innermost frame. */
  executed(instructions: number): void;
  event(event: RecordEvent): void;
}

/**
 * Walks over all records of a thread with the frames that history rebuilds. Where the record begins in the middle of
 * things, callers become known only when they are returned to; a visitor is told of them at the beginning of the
 * stretch, which takes a first pass: {@link prepare}, then {@link walk}, each until it returns false.
 *
 * Both throw NeedSymbols and go on where they were when called again.
 */
export class CallWalk {
  private readonly functions: FunctionIndex;
  private readonly first: StackMachine;
  private second: { readonly machine: StackMachine; readonly sink: VisitorSink } | undefined;
  private record: number;
  private counted = false;
  private readonly callers = new CallerSink();

  constructor(
    private readonly chain: Chain,
    symbols: SymbolTable,
    private readonly visitor: CallVisitor,
  ) {
    this.functions = new FunctionIndex(symbols, chain.history.facts);
    this.record = chain.thread.first;
    this.first = new StackMachine(chain, this.functions, this.callers, this.record);
  }

  /** Looks at some more records; false when it has seen all. */
  prepare(count: number): boolean {
    const { thread } = this.chain;
    const end = Math.min(this.record + count, thread.end);
    for (; this.record < end; this.record++) this.first.apply(this.record, thread.value(this.record));
    return this.record < thread.end;
  }

  /** Walks over some more records; false when it has come to the end and left all frames. */
  walk(count: number): boolean {
    const { chain } = this;
    const { thread } = chain;
    if (!this.second) {
      this.record = thread.first;
      const sink = new VisitorSink(this.visitor, this.callers.stretches);
      this.second = { machine: new StackMachine(chain, this.functions, sink, this.record), sink };
    }
    const { machine, sink } = this.second;
    for (const end = Math.min(this.record + count, thread.end); this.record < end; this.record++) {
      // Not again when a symbol was missing for the record.
      if (!this.counted) this.visitor.executed(chain.executed(this.record));
      this.counted = true;
      const value = thread.value(this.record);
      machine.apply(this.record, value);
      if (value >= EVENT_BIT) this.visitor.event(thread.eventOf(value));
      this.counted = false;
    }
    if (this.record < thread.end) return true;
    this.visitor.executed(chain.executed(thread.end));
    sink.finish();
    return false;
  }
}

/** For each stretch of records with a bottom of its own: the callers that are found one after the other. */
class CallerSink implements FrameSink {
  readonly stretches: Address[][] = [];

  enter({ entry }: NewFrame): number {
    if (entry === FrameEntry.lost) this.stretches.push([]);
    return 0;
  }

  leave(): void {}

  grow(_bottom: number, address: Address): number {
    this.stretches.at(-1)!.push(address);
    return 0;
  }
}

class VisitorSink implements FrameSink {
  private stretch = 0;
  private depth = 0;

  constructor(
    private readonly visitor: CallVisitor,
    private readonly stretches: readonly (readonly Address[])[],
  ) {}

  enter({ entry, address }: NewFrame): number {
    if (entry === FrameEntry.lost) {
      const callers = this.stretches[this.stretch++]!;
      for (const caller of callers.toReversed()) this.begin(FrameEntry.lost, caller);
    }
    this.begin(entry, address);
    return 0;
  }

  leave(): void {
    this.depth--;
    this.visitor.leave();
  }

  /** The caller has been there since the stretch began. */
  grow(): number {
    return 0;
  }

  finish(): void {
    while (this.depth > 0) this.leave();
  }

  private begin(entry: FrameEntry, address: Address): void {
    this.depth++;
    this.visitor.enter(entry, address);
  }
}
