import type { Fold } from './fold';

/** A row of the list: a record, a folded loop, or the head of an open loop above its records. */
export interface ListedRow extends Fold {
  readonly head: boolean;
}

const HEAD = 0x80;

/** Rows as columns, 13 bytes each, indexed from the newest. Records are kept as their distance from the newest one. */
export class RowColumns {
  private lasts = new Int32Array(1024);
  private firsts = new Int32Array(1024);
  private times = new Int32Array(1024);
  private periods = new Uint8Array(1024);
  private count = 0;

  constructor(
    /** One past the newest record. */
    private readonly end: number,
  ) {}

  get length(): number {
    return this.count;
  }

  add(row: Fold, head: boolean): void {
    if (this.count === this.lasts.length) this.grow();
    const index = this.count++;
    this.lasts[index] = this.end - row.last;
    this.firsts[index] = this.end - row.first;
    this.times[index] = row.times;
    this.periods[index] = head ? row.period | HEAD : row.period;
  }

  addRecord(record: number): void {
    if (this.count === this.lasts.length) this.grow();
    const index = this.count++;
    this.lasts[index] = this.end - record;
    this.firsts[index] = this.end - record;
    this.times[index] = 1;
    this.periods[index] = 1;
  }

  truncate(count: number): void {
    this.count = count;
  }

  at(index: number): ListedRow {
    return {
      last: this.end - this.lasts[index]!,
      first: this.first(index),
      times: this.times[index]!,
      period: this.periods[index]! & ~HEAD,
      head: this.periods[index]! >= HEAD,
    };
  }

  /** The oldest record of a row. */
  first(index: number): number {
    return this.end - this.firsts[index]!;
  }

  /** Where the row stands among others: its newest record, but of a head, which stands above its records, the oldest. */
  order(index: number): number {
    return this.periods[index]! >= HEAD ? this.first(index) : this.end - this.lasts[index]!;
  }

  private grow(): void {
    const size = this.count * 2;
    const { lasts, firsts, times, periods } = this;
    this.lasts = new Int32Array(size);
    this.lasts.set(lasts);
    this.firsts = new Int32Array(size);
    this.firsts.set(firsts);
    this.times = new Int32Array(size);
    this.times.set(times);
    this.periods = new Uint8Array(size);
    this.periods.set(periods);
  }
}
