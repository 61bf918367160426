import type { EdgeTable } from '../record/edge-table';
import { EVENT_BIT, SLICE_RECORDS } from '../record/record';
import type { RecordSlice, ThreadSource } from '../record/source';
import type { Gap } from './gap';
import type { RecordColumn } from './record-column';
import type { ThreadHistory } from './thread-history';

/** Up to this many new slices are put behind the old records at once; more go by way of parking the old ones. */
const TAIL_SLICES = 4;

/**
 * Takes one thread's new records into its history, newest slice first.
 *
 *     empty history:          tail                          then older slices in front:   [older][older][tail]
 *     few new records:        [old][new]                    done
 *     many new records:       (old put aside)      [tail]   then [older][tail], and when they have all come,
 *                             [old][older][tail]            the old ones in front again
 *
 * In the last case the new records are numbered so that the old ones keep their numbers when the recorder's estimate
 * was right; otherwise the old ones move by the difference.
 */
export class ThreadIngest {
  private iterator: Iterator<RecordSlice> | undefined;
  private parked: RecordColumn | undefined;
  private read = 0;
  private done = false;
  private readonly beginningBefore: Gap;

  constructor(
    private readonly history: ThreadHistory,
    private readonly source: ThreadSource,
    private readonly edges: EdgeTable,
  ) {
    this.beginningBefore = history.beginning;
  }

  get finished(): boolean {
    return this.done;
  }

  /** Records the recorder says are still to come. */
  get remaining(): number {
    return this.done ? 0 : Math.max(0, Math.min(this.source.estimate, this.history.capacity) - this.read);
  }

  /** Takes the newest records; the thread's position is right from here on. */
  tail(): void {
    if (this.iterator !== undefined) return;
    this.iterator = this.source.slices(this.edges)[Symbol.iterator]();
    this.history.stopPc = this.source.stopPc;
    if (this.history.length === 0) this.firstTail();
    else this.laterTail();
  }

  /** Takes one older slice. */
  step(): void {
    if (this.iterator === undefined) {
      this.tail();
      return;
    }
    if (this.done) return;
    const slice = this.next();
    if (slice === undefined) this.finish(true);
    else if (!this.history.prepend(slice.values, slice.events)) this.finish(false);
  }

  /** Leaves the older records unread, for good: the recorder has gone on. */
  cancel(): void {
    if (this.done) return;
    if (this.iterator === undefined) this.tail();
    if (this.done) return;
    this.iterator?.return?.();
    if (this.parked !== undefined) {
      this.history.prepend(Uint32Array.of(EVENT_BIT), [{ kind: 'lost' }]);
    }
    this.finish(false);
  }

  private firstTail(): void {
    const slice = this.next();
    if (slice === undefined) {
      this.finish(true);
      return;
    }
    this.history.append(slice.values, slice.events);
    this.history.beginning = 'older records not read yet';
    if (this.history.length >= this.history.capacity) this.finish(false);
    // A small record is there at once, its beginning included.
    for (let more = 0; more < TAIL_SLICES && !this.done && this.remaining === 0; more++) this.step();
  }

  private laterTail(): void {
    const slices: RecordSlice[] = [];
    for (;;) {
      const slice = slices.length < TAIL_SLICES ? this.next() : undefined;
      if (slice === undefined) break;
      // The recorder may reuse its buffer for the next slice.
      slices.push({ values: slice.values.slice(), events: slice.events });
    }
    if (slices.length < TAIL_SLICES) {
      if (this.source.discontinuous) this.history.appendEvent({ kind: 'lost' });
      for (const slice of slices.reverse()) this.history.append(slice.values, slice.events);
      this.done = true;
      return;
    }
    const expected = Math.max(this.source.estimate, this.read) + (this.source.discontinuous ? 1 : 0);
    // What has been read must end where the expected records end.
    this.parked = this.history.park(this.history.end + expected - this.read);
    for (const slice of slices.reverse()) this.history.append(slice.values, slice.events);
    this.history.beginning = 'older records not read yet';
  }

  private finish(exhausted: boolean): void {
    this.done = true;
    const { history, parked } = this;
    if (parked === undefined) {
      history.beginning = exhausted && !this.source.discontinuous ? 'start' : 'older records dropped';
      return;
    }
    if (exhausted && this.source.discontinuous)
      history.prepend(Uint32Array.of(EVENT_BIT), [{ kind: 'lost' }]);
    const allKept = history.capacity - history.length >= parked.length;
    history.unpark(parked);
    history.beginning = allKept ? this.beginningBefore : 'older records dropped';
  }

  private next(): RecordSlice | undefined {
    const result = this.iterator!.next();
    if (result.done) return undefined;
    if (result.value.values.length > SLICE_RECORDS) {
      throw new RangeError(`a slice holds ${result.value.values.length} records, more than ${SLICE_RECORDS}`);
    }
    this.read += result.value.values.length;
    return result.value;
  }
}
