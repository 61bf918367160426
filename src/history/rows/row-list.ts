import type { Chain } from '../chain';
import { Busy } from '../with-symbols';
import { type BackwardRecords, type Fold, Folder } from './fold';
import { type ListedRow, RowColumns } from './row-columns';
import type { ShownRecords } from './shown-records';

/** Records looked at before the event loop gets its turn: about 10 ms. */
const SLICE = 1 << 16;

/**
 * The rows of one thread under one filter, counted from the newest (0), found as far back as has been asked for. Every
 * function throws NeedSymbols and Busy; what was found is kept.
 */
export class RowList {
  private readonly rows: RowColumns;
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
    this.rows = new RowColumns(thread.end);
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
    return this.complete ? this.rows.length : undefined;
  }

  /** Finds rows until there are `count` or no more; gives how many there are. */
  upToCount(count: number): number {
    this.adoptOlder();
    this.source.budget = SLICE;
    while (this.rows.length < count && this.more());
    return this.rows.length;
  }

  /** How many rows end behind `record`: also the index of the row that holds it. */
  newerThan(record: number): number {
    this.upToRecord(record);
    const { rows } = this;
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (rows.order(middle) > record) low = middle + 1;
      else high = middle;
    }
    // The row found ends at or before `record`; a loop that holds it ends behind it.
    return low > 0 && rows.first(low - 1) <= record ? low - 1 : low;
  }

  row(index: number): ListedRow {
    return this.rows.at(index);
  }

  /** Finds rows until one begins at or before `record`. */
  private upToRecord(record: number): void {
    this.adoptOlder();
    this.source.budget = SLICE;
    const { rows } = this;
    while ((rows.length === 0 || rows.first(rows.length - 1) > record) && this.more());
  }

  private more(): boolean {
    if (this.complete) return false;
    const row = this.folder.next();
    if (this.folder.sawTheEnd && this.unsure === undefined) {
      this.unsure = { row: this.rows.length, record: row?.last ?? this.first - 1 };
    }
    if (row === undefined) {
      this.complete = true;
      return false;
    }
    if (row.times > 1 && this.expanded.has(row.last)) this.addOpen(row);
    else this.rows.add(row, false);
    return true;
  }

  private addOpen(row: Fold): void {
    const records = this.shown.upTo(row.last, row.period * row.times);
    for (const record of records.reverse()) this.rows.addRecord(record);
    this.rows.add(row, true);
  }

  /** Older records have been read since: the rows that were found at the old beginning are found again. */
  private adoptOlder(): void {
    const { first } = this.chain.thread;
    if (first === this.first) return;
    this.first = first;
    if (this.unsure === undefined) return;
    this.rows.truncate(this.unsure.row);
    this.source = new Backward(this.chain, this.shown, this.unsure.record + 1);
    this.folder = new Folder(this.source, this.folding);
    this.complete = false;
    this.unsure = undefined;
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
