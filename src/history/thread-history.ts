import type { Address } from '../address';
import type { RecordEvent } from '../record/event';
import { EVENT_BIT, type RecordIndex } from '../record/record';
import type { RecordedThread } from '../record/source';
import type { Gap } from './gap';
import { RecordColumn } from './record-column';

/** Records of an inferior call: what ran after `call` up to and with `return` is not the program's own history. */
export interface DebuggerRange {
  readonly call: number;
  readonly return: number;
}

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
  private readonly events: (RecordEvent | undefined)[] = [];
  private readonly eventRecords: number[] = [];
  private readonly free: number[] = [];
  private ranges: readonly DebuggerRange[] | undefined;

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
    return value >= EVENT_BIT ? this.events[value - EVENT_BIT] : undefined;
  }

  eventOf(value: number): RecordEvent {
    return this.events[value - EVENT_BIT]!;
  }

  /** How many of the records from `record` on are events. */
  eventsFrom(record: number): number {
    let count = 0;
    this.events.forEach((event, place) => {
      const at = this.eventRecords[place]!;
      if (event !== undefined && at >= record && at < this.end) count++;
    });
    return count;
  }

  /** The values of [from, to) in order, in pieces, for passes over many records. */
  runs(from: number, to: number): Generator<{ readonly index: number; readonly values: Uint32Array }> {
    return this.column.runs(from, to);
  }

  /** The ranges of finished inferior calls, in order; the last one or the first one may be cut by the record's ends. */
  get debuggerRanges(): readonly DebuggerRange[] {
    this.ranges ??= this.findDebuggerRanges();
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
    this.epoch++;
    this.changed();
    return parked;
  }

  unpark(parked: RecordColumn): void {
    const pieces = [...parked.runs(parked.first, parked.end)].reverse();
    for (const { values } of pieces) {
      const kept = this.column.prepend(values);
      this.renumber(this.column.first, this.column.first + kept);
      this.release(values.subarray(0, values.length - kept));
    }
    this.changed();
  }

  /** Gives the events of freshly added records, which count from 0, their places in the thread's own table. */
  private adopt(from: number, to: number, events: readonly RecordEvent[]): void {
    if (events.length === 0) return;
    for (const { index, values } of this.column.runs(from, to)) {
      for (let offset = 0; offset < values.length; offset++) {
        const value = values[offset]!;
        if (value < EVENT_BIT) continue;
        const place = this.free.pop() ?? this.events.length;
        this.events[place] = events[value - EVENT_BIT]!;
        this.eventRecords[place] = index + offset;
        values[offset] = EVENT_BIT + place;
      }
    }
  }

  private renumber(from: number, to: number): void {
    for (const { index, values } of this.column.runs(from, to)) {
      for (let offset = 0; offset < values.length; offset++) {
        const value = values[offset]!;
        if (value >= EVENT_BIT) this.eventRecords[value - EVENT_BIT] = index + offset;
      }
    }
  }

  private dropExcess(): void {
    const excess = this.column.excess;
    if (excess === 0) return;
    const first = this.column.first;
    if (this.events.length > this.free.length) {
      for (const { values } of this.column.runs(first, first + excess)) this.release(values);
    }
    this.column.drop(excess);
    this.beginning = 'older records dropped';
  }

  private release(values: Uint32Array): void {
    for (const value of values) {
      if (value < EVENT_BIT) continue;
      this.events[value - EVENT_BIT] = undefined;
      this.free.push(value - EVENT_BIT);
    }
  }

  private changed(): void {
    this.revision++;
    this.ranges = undefined;
  }

  private findDebuggerRanges(): DebuggerRange[] {
    const places: number[] = [];
    this.events.forEach((event, place) => {
      if (event?.kind === 'debugger' && this.has(this.eventRecords[place]!)) places.push(place);
    });
    places.sort((a, b) => this.eventRecords[a]! - this.eventRecords[b]!);
    const ranges: DebuggerRange[] = [];
    const open: number[] = [];
    for (const place of places) {
      const event = this.events[place]!;
      const record = this.eventRecords[place]!;
      if (event.kind !== 'debugger' || event.action === 'jump') continue;
      if (event.action === 'call') {
        open.push(record);
        continue;
      }
      const call = open.pop();
      if (call === undefined) {
        // Its beginning is not in the record: all there is up to here belongs to the inferior call.
        ranges.length = 0;
        ranges.push({ call: this.first - 1, return: record });
      } else if (open.length === 0) ranges.push({ call, return: record });
    }
    return ranges;
  }
}
