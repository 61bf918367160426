import type { Address } from '../address';
import type { RecordEvent } from '../record/event';
import { EVENT_BIT, type RecordIndex } from '../record/record';
import type { RecordedThread } from '../record/source';
import type { DebuggerRanges } from './debugger-ranges';
import { EventTable } from './event-table';
import type { Gap } from './gap';
import { RecordColumn } from './record-column';

/** The records of one thread: a column of values and the few events among them. */
export class ThreadHistory {
  /** Where the thread stands; absent while it runs and after its exit. */
  stopPc: Address | undefined;
  /** Why the history begins where it does. */
  beginning: Gap = 'unknown';
  /** Changes whenever a record is added or dropped: what was computed from the records is to be renewed. */
  revision = 0;
  /** Changes when record indices are given anew or records taken away from the newer end. */
  epoch = 0;
  private column: RecordColumn;
  private readonly events = new EventTable();
  private ranges: DebuggerRanges | undefined;

  constructor(
    /** Index into the history's list of threads. */
    readonly index: number,
    readonly thread: RecordedThread,
    /** Newest records kept. */
    readonly capacity: number,
  ) {
    this.column = new RecordColumn(capacity);
  }

  /** The oldest record. */
  get first(): RecordIndex {
    return this.column.first as RecordIndex;
  }

  /** One past the newest record: the record index of the tail block. */
  get end(): RecordIndex {
    return this.column.end as RecordIndex;
  }

  get length(): number {
    return this.column.length;
  }

  has(record: number): boolean {
    return record >= this.column.first && record < this.column.end;
  }

  /** The edge of a record, or EVENT_BIT | index for {@link eventOf}. */
  value(record: number): number {
    return this.column.at(record);
  }

  event(record: number): RecordEvent | undefined {
    const value = this.column.at(record);
    return value >= EVENT_BIT ? this.events.at(value) : undefined;
  }

  eventOf(value: number): RecordEvent {
    return this.events.at(value)!;
  }

  /** How many of the records from `record` on are events. */
  eventsFrom(record: number): number {
    return this.events.countFrom(record);
  }

  /** The values of [from, to) in order, in pieces, for passes over many records. */
  runs(from: number, to: number): Generator<{ readonly index: number; readonly values: Uint32Array }> {
    return this.column.runs(from, to);
  }

  get debuggerRanges(): DebuggerRanges {
    this.ranges ??= this.events.debuggerRanges(this.first);
    return this.ranges;
  }

  append(values: Uint32Array, events: readonly RecordEvent[]): void {
    const from = this.column.end;
    this.column.append(values);
    this.adopt(from, this.column.end, events);
    this.dropExcess();
    this.changed();
  }

  appendEvent(event: RecordEvent): void {
    this.append(Uint32Array.of(EVENT_BIT), [event]);
  }

  /** False when there was no room for all of them: older ones need not be read. */
  prepend(values: Uint32Array, events: readonly RecordEvent[]): boolean {
    const kept = this.column.prepend(values);
    this.adopt(this.column.first, this.column.first + kept, events);
    this.changed();
    return kept === values.length;
  }

  /**
   * Puts all records aside and begins again at record index `origin`, so that newer ones can be shown before those
   * between have been read; {@link unpark} puts them back in front.
   */
  park(origin: number): RecordColumn {
    const parked = this.column;
    this.column = new RecordColumn(this.capacity, origin);
    this.events.hide();
    this.epoch++;
    this.changed();
    return parked;
  }

  unpark(parked: RecordColumn): void {
    const pieces = [...parked.runs(parked.first, parked.end)].reverse();
    for (const { values } of pieces) {
      const kept = this.column.prepend(values);
      this.events.place(this.column.runs(this.column.first, this.column.first + kept));
      this.events.release(values.subarray(0, values.length - kept));
    }
    this.changed();
  }

  private adopt(from: number, to: number, events: readonly RecordEvent[]): void {
    if (events.length > 0) this.events.adopt(this.column.runs(from, to), events);
  }

  private dropExcess(): void {
    const excess = this.column.excess;
    if (excess === 0) return;
    const first = this.column.first;
    if (!this.events.isEmpty) {
      for (const { values } of this.column.runs(first, first + excess)) this.events.release(values);
    }
    this.column.drop(excess);
    this.beginning = 'older records dropped';
  }

  private changed(): void {
    this.revision++;
    this.ranges = undefined;
  }
}
