import type { Address } from '../../address';
import type {
  BranchRowBody,
  EventRowBody,
  GapRowBody,
  LoopRowBody,
  PlaceBody,
  TailRowBody,
} from '../../protocol/history';
import type { RecordEvent } from '../../record/event';
import { EVENT_BIT } from '../../record/record';
import type { SymbolTable } from '../../symbols/symbol-table';
import { branchKindName } from '../branch-kind';
import type { Chain } from '../chain';
import { placeOf } from '../places';
import type { ListedRow } from './row-columns';
import type { ShownRecords } from './shown-records';

/** Makes rows of records. Throws NeedSymbols with the addresses of the records of `page`. */
export class RowBodies {
  constructor(
    private readonly chain: Chain,
    private readonly symbols: SymbolTable,
    /** The records whose symbols will be needed. */
    private readonly page: readonly number[],
  ) {}

  /** The rows of one listed row: a gap before it, when there is one, and itself. */
  of(row: ListedRow, shown: ShownRecords): (BranchRowBody | LoopRowBody | EventRowBody | GapRowBody)[] {
    const gap = this.gapBefore(row.first);
    const gaps = gap === undefined ? [] : [gap];
    if (row.times > 1) return [...gaps, this.loop(row, shown)];
    return [...gaps, this.ofRecord(row.first)];
  }

  ofRecord(record: number): BranchRowBody | EventRowBody {
    const value = this.chain.thread.value(record);
    if (value < EVENT_BIT) return this.branch(record, value);
    return this.event(record, this.chain.thread.eventOf(value));
  }

  /** The last rows: where the thread stands, and what is not known of how it came there. None behind its end. */
  tail(): (TailRowBody | GapRowBody)[] {
    const { chain } = this;
    const { length, end, stopPc } = chain.thread;
    const last = length > 0 ? chain.thread.event(end - 1) : undefined;
    if (last?.kind === 'exit' || (last?.kind === 'exec' && last.to === undefined)) return [];
    const gap = chain.gap(end);
    const rows: (TailRowBody | GapRowBody)[] = [];
    if (gap !== undefined) rows.push({ kind: 'gap', record: end, reason: gap });
    if (stopPc === undefined) return rows;
    const start = chain.startOf(end) as Address;
    const from = gap !== undefined || Number.isNaN(start) ? {} : { from: this.place(start) };
    rows.push({ kind: 'tail', record: end, ...from, to: this.place(stopPc) });
    return rows;
  }

  private branch(record: number, edge: number): BranchRowBody {
    const { edges, facts } = this.chain.history;
    return {
      kind: 'branch',
      record,
      branch: branchKindName(facts.kind(edge)),
      from: this.place(edges.from[edge]! as Address),
      to: this.place(edges.to[edge]! as Address),
      ...this.mark(record),
    };
  }

  private event(record: number, event: RecordEvent): EventRowBody {
    const { kind, ...rest } = event;
    const { from, to, ...plain } = rest as { from?: Address; to?: Address };
    return {
      kind: 'event',
      record,
      event: kind,
      ...plain,
      ...(from === undefined ? {} : { from: this.place(from) }),
      ...(to === undefined ? {} : { to: this.place(to) }),
      ...this.mark(record),
    };
  }

  /** Events say themselves what is missing. */
  private gapBefore(record: number): GapRowBody | undefined {
    const { thread } = this.chain;
    const event = record < thread.end ? thread.event(record) : undefined;
    if (event !== undefined && (event.kind === 'lost' || event.kind === 'gap' || event.kind === 'exec')) {
      return undefined;
    }
    const before = record > thread.first ? thread.event(record - 1) : undefined;
    const told = before?.kind === 'lost' || before?.kind === 'gap' || before?.kind === 'exec';
    const reason = this.chain.gap(record);
    if (reason === undefined || (told && Number.isNaN(this.chain.startOf(record)))) return undefined;
    return { kind: 'gap', record, reason };
  }

  private loop(row: ListedRow, shown: ShownRecords): LoopRowBody {
    const { thread } = this.chain;
    const records = shown.upTo(row.last, row.period);
    const gap = records.map((record) => this.chain.gap(record)).find((reason) => reason !== undefined);
    return {
      kind: 'loop',
      first: row.first,
      last: row.last,
      times: row.times,
      body: records.map((record) => this.branch(record, thread.value(record))),
      ...(gap === undefined ? {} : { gap }),
      ...(row.head ? { expanded: true as const } : {}),
    };
  }

  private mark(record: number): { readonly debugger?: true } {
    return this.chain.isDebugger(record) ? { debugger: true } : {};
  }

  private place(address: Address): PlaceBody {
    return placeOf(this.symbols, address, () => this.ahead());
  }

  private *ahead(): Generator<Address> {
    const { edges } = this.chain.history;
    const { thread } = this.chain;
    for (const record of this.page) {
      if (!thread.has(record)) continue;
      const value = thread.value(record);
      if (value >= EVENT_BIT) continue;
      yield edges.from[value]! as Address;
      yield edges.to[value]! as Address;
    }
  }
}
