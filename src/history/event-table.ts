import type { RecordEvent } from '../record/event';
import { EVENT_BIT } from '../record/record';
import { type DebuggerRange, DebuggerRanges } from './debugger-ranges';

/** A piece of a thread's records. */
interface Piece {
  readonly index: number;
  readonly values: Uint32Array;
}

/** The events of one thread, each with the record it is. Places of events that were dropped are used again. */
export class EventTable {
  private readonly events: (RecordEvent | undefined)[] = [];
  /** NaN while the event's record is out of sight. */
  private readonly records: number[] = [];
  private readonly free: number[] = [];

  at(value: number): RecordEvent | undefined {
    return this.events[value - EVENT_BIT];
  }

  get isEmpty(): boolean {
    return this.events.length === this.free.length;
  }

  /** How many events are at `record` or behind it. */
  countFrom(record: number): number {
    let count = 0;
    this.events.forEach((event, place) => {
      if (event !== undefined && this.records[place]! >= record) count++;
    });
    return count;
  }

  /** Takes in the events of freshly added records, whose values count from 0, and makes the values this table's. */
  adopt(pieces: Iterable<Piece>, events: readonly RecordEvent[]): void {
    for (const { index, values } of pieces) {
      for (let offset = 0; offset < values.length; offset++) {
        const value = values[offset]!;
        if (value < EVENT_BIT) continue;
        const place = this.free.pop() ?? this.events.length;
        this.events[place] = events[value - EVENT_BIT]!;
        this.records[place] = index + offset;
        values[offset] = EVENT_BIT + place;
      }
    }
  }

  /** The records of all events are out of sight until {@link place} gives them new places. */
  hide(): void {
    this.records.fill(Number.NaN);
  }

  place(pieces: Iterable<Piece>): void {
    for (const { index, values } of pieces) {
      for (let offset = 0; offset < values.length; offset++) {
        const value = values[offset]!;
        if (value >= EVENT_BIT) this.records[value - EVENT_BIT] = index + offset;
      }
    }
  }

  release(values: Uint32Array): void {
    for (const value of values) {
      if (value < EVENT_BIT) continue;
      this.events[value - EVENT_BIT] = undefined;
      this.records[value - EVENT_BIT] = Number.NaN;
      this.free.push(value - EVENT_BIT);
    }
  }

  /** The inferior calls; `first` is the oldest record. */
  debuggerRanges(first: number): DebuggerRanges {
    const places: number[] = [];
    this.events.forEach((event, place) => {
      if (event?.kind === 'debugger' && !Number.isNaN(this.records[place]!)) places.push(place);
    });
    places.sort((a, b) => this.records[a]! - this.records[b]!);
    const ranges: DebuggerRange[] = [];
    const open: number[] = [];
    for (const place of places) {
      const event = this.events[place]!;
      const record = this.records[place]!;
      if (event.kind !== 'debugger' || event.action === 'jump') continue;
      if (event.action === 'call') {
        open.push(record);
        continue;
      }
      const call = open.pop();
      if (call === undefined) {
        // Its beginning is not in the record: all there is up to here belongs to the inferior call.
        ranges.length = 0;
        ranges.push({ call: first - 1, return: record });
      } else if (open.length === 0) ranges.push({ call, return: record });
    }
    return new DebuggerRanges(ranges);
  }
}
