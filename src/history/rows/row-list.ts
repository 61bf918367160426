import type { Chain } from '../chain';
import { Busy } from '../with-symbols';
import { type BackwardRecords, type Fold, Folder } from './fold';
import type { ShownRecords } from './shown-records';

/** Records looked at before the event loop gets its turn. */
const SLICE = 1 << 18;

/** A row of the list: a record, a folded loop, or the head of an open loop above its records. */
export interface ListedRow extends Fold {
  readonly head: boolean;
}

/**
 * The rows of one thread under one filter, counted from the newest (0), found as far back as has been asked for. Every
 * function throws NeedSymbols and Busy; what was found is kept.
 */
export class RowList {
  /** Of each row end − last record; of the head of an open loop end − its first record. Ascending. */
  private offsets = new Int32Array(1024);
  private count = 0;
  private readonly folds = new Map<number, ListedRow>();
  private folder: Folder;
  private source: Backward;
  private complete = false;
  /** The rows from here on were found when the oldest record had been seen. */
  private unsure: { readonly row: number; readonly record: number } | undefined;
  private first: number;
  private readonly end: number;
  private readonly epoch: number;

  constructor(
    private readonly chain: Chain,
    readonly shown: ShownRecords,
    private readonly folding: boolean,
    private readonly expanded: ReadonlySet<number>,
  ) {
    const { thread } = chain;
    this.end = thread.end;
    this.epoch = thread.epoch;
    this.first = thread.first;
    this.source = new Backward(chain, shown, thread.end);
    this.folder = new Folder(this.source, folding);
  }

  /** False when records have come or gone at the newer end: the rows are to be found anew. */
  get isCurrent(): boolean {
    const { thread } = this.chain;
    return thread.end === this.end && thread.epoch === this.epoch && thread.first <= this.first;
  }

  /** Rows in all, when they have all been found. */
  get total(): number | undefined {
    this.adoptOlder();
    return this.complete ? this.count : undefined;
  }

  /** Finds rows until there are `count` or no more; gives how many there are. */
  upToCount(count: number): number {
    this.adoptOlder();
    while (this.count < count && this.more());
    return this.count;
  }

  /** Finds rows until one begins at or before `record`. */
  upToRecord(record: number): void {
    this.adoptOlder();
    while ((this.count === 0 || this.recordOf(this.count - 1) > record) && this.more());
  }

  /** How many rows end behind `record`: also the index of the row that holds it. */
  newerThan(record: number): number {
    this.upToRecord(record);
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.lastOf(middle) > record) low = middle + 1;
      else high = middle;
    }
    // The row found ends at or before `record`; a loop that holds it ends behind it.
    const before = low > 0 ? this.folds.get(low - 1) : undefined;
    return before !== undefined && !before.head && before.first <= record ? low - 1 : low;
  }

  row(index: number): ListedRow {
    const fold = this.folds.get(index);
    if (fold !== undefined) return fold;
    const record = this.lastOf(index);
    return { last: record, first: record, period: 1, times: 1, head: false };
  }

  private lastOf(index: number): number {
    return this.end - this.offsets[index]!;
  }

  private recordOf(index: number): number {
    return this.folds.get(index)?.first ?? this.lastOf(index);
  }

  private more(): boolean {
    if (this.complete) return false;
    this.source.budget = SLICE;
    const row = this.folder.next();
    if (this.folder.sawTheEnd && this.unsure === undefined) {
      this.unsure = { row: this.count, record: row?.last ?? this.first - 1 };
    }
    if (row === undefined) {
      this.complete = true;
      return false;
    }
    if (row.times === 1) this.add(row.last);
    else if (!this.expanded.has(row.last)) {
      this.folds.set(this.count, { ...row, head: false });
      this.add(row.last);
    } else this.addOpen(row);
    return true;
  }

  private addOpen(row: Fold): void {
    const records = this.shown.upTo(row.last, row.period * row.times);
    for (const record of records.reverse()) this.add(record);
    this.folds.set(this.count, { ...row, head: true });
    this.add(row.first);
  }

  private add(record: number): void {
    if (this.count === this.offsets.length) {
      const offsets = new Int32Array(this.count * 2);
      offsets.set(this.offsets);
      this.offsets = offsets;
    }
    this.offsets[this.count++] = this.end - record;
  }

  /** Older records have been read since: the rows that were found at the old beginning are found again. */
  private adoptOlder(): void {
    const { first } = this.chain.thread;
    if (first === this.first) return;
    this.first = first;
    if (this.unsure === undefined) return;
    const { row, record } = this.unsure;
    for (let index = row; index < this.count; index++) this.folds.delete(index);
    this.count = row;
    this.complete = false;
    this.unsure = undefined;
    this.source = new Backward(this.chain, this.shown, record + 1);
    this.folder = new Folder(this.source, this.folding);
  }
}

class Backward implements BackwardRecords {
  budget = SLICE;
  record: number;
  value = 0;

  constructor(
    private readonly chain: Chain,
    private readonly shown: ShownRecords,
    end: number,
  ) {
    this.record = end;
  }

  next(): boolean {
    const { thread } = this.chain;
    for (;;) {
      const record = this.shown.before(this.record);
      if (record < thread.first) return false;
      if (this.budget-- <= 0) throw new Busy();
      const shows = this.shown.shows(record);
      this.record = record;
      if (!shows) continue;
      this.value = thread.value(record);
      return true;
    }
  }
}
