/** The longest body of a loop that is recognised, in branches. */
export const LONGEST_PERIOD = 32;

/** Shown records, the newest first. */
export interface BackwardRecords {
  /** Makes `record` and `value` of the next older one; false when there is none. */
  next(): boolean;
  readonly record: number;
  readonly value: number;
}

/** A row: one record, or `times` repeats of a sequence of `period` records. */
export interface Fold {
  /** Newest and oldest record. */
  readonly last: number;
  readonly first: number;
  readonly period: number;
  readonly times: number;
}

/**
 * Folds records to rows, from the newest back, so that what is shown first does not depend on what has not been read
 * yet. At each record the shortest sequence that repeats itself directly before it is taken, as often as it does:
 *
 *     oldest …  A  B  D E D E D E  F   newest        rows from the newest: F, (D E) × 3, B, A
 *     oldest …  A  E  D E D E  F                                           F, (D E) × 2, E, A
 *
 * Linear: each row costs at most LONGEST_PERIOD comparisons, each repeat one pass over it. An event never repeats: its value
 * is its own.
 */
export class Folder {
  // A queue of records that have been read and belong to no row yet.
  private records: number[] = [];
  private values: number[] = [];
  private head = 0;
  private open: { last: number; first: number; times: number; readonly body: readonly number[] } | undefined;
  private ended = false;

  constructor(
    private readonly source: BackwardRecords,
    private readonly folding: boolean,
  ) {}

  /** Whether the oldest record has been seen, so that the rows from here on would be others if there were older ones. */
  get sawTheEnd(): boolean {
    return this.ended;
  }

  /** The next older row. When the source throws, call again: nothing is lost. */
  next(): Fold | undefined {
    if (this.open === undefined) {
      this.fill(this.folding ? 2 * LONGEST_PERIOD : 1);
      if (this.waiting === 0) return undefined;
      const period = this.folding ? this.period() : 0;
      if (period === 0) {
        const record = this.take(1);
        return { last: record, first: record, period: 1, times: 1 };
      }
      const body = this.values.slice(this.head, this.head + period);
      const last = this.records[this.head]!;
      this.open = { last, first: this.take(2 * period), times: 2, body };
    }
    const { open } = this;
    const period = open.body.length;
    for (;;) {
      this.fill(period);
      if (this.waiting < period || !this.begins(open.body)) break;
      open.first = this.take(period);
      open.times++;
    }
    this.open = undefined;
    return { last: open.last, first: open.first, period, times: open.times };
  }

  private get waiting(): number {
    return this.values.length - this.head;
  }

  private period(): number {
    const { values, head } = this;
    const value = values[head]!;
    const longest = Math.min(LONGEST_PERIOD, this.waiting >> 1);
    for (let period = 1; period <= longest; period++) {
      if (values[head + period] !== value) continue;
      let same = 1;
      while (same < period && values[head + same] === values[head + period + same]) same++;
      if (same === period) return period;
    }
    return 0;
  }

  private begins(body: readonly number[]): boolean {
    for (let index = 0; index < body.length; index++) {
      if (this.values[this.head + index] !== body[index]) return false;
    }
    return true;
  }

  /** Takes `count` records off the queue; gives the oldest of them. */
  private take(count: number): number {
    this.head += count;
    return this.records[this.head - 1]!;
  }

  private fill(count: number): void {
    if (this.head > 4096) {
      this.records = this.records.slice(this.head);
      this.values = this.values.slice(this.head);
      this.head = 0;
    }
    while (this.waiting < count && !this.ended) {
      if (!this.source.next()) {
        this.ended = true;
        return;
      }
      this.records.push(this.source.record);
      this.values.push(this.source.value);
    }
  }
}
