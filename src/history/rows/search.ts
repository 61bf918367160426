import { type Address, formatAddress } from '../../address';
import type { ModuleMap } from '../../modules/module-map';
import type { PatternArguments } from '../../protocol/history';
import type { RecordEvent } from '../../record/event';
import { EVENT_BIT } from '../../record/record';
import type { Symboliser } from '../../symbols/symbol-table';
import type { Chain } from '../chain';
import type { Pass } from '../pass';
import { compilePattern } from '../pattern';
import { Busy, withSymbols } from '../with-symbols';
import { EdgeFilter } from './edge-filter';
import type { ShownRecords } from './shown-records';

/** Records scanned before the event loop gets its turn: about 10 ms. */
const SLICE = 1 << 21;
const PIECE = 1 << 14;

export interface SearchRequest {
  readonly pattern: PatternArguments;
  readonly direction: 'back' | 'forward';
  /** Exclusive. */
  readonly from: number;
  /** Most hits. */
  readonly count: number;
}

export interface SearchResult {
  /** In the order of the search. */
  readonly records: readonly number[];
  /** The scan came to the end of the history. */
  readonly finished: boolean;
}

/**
 * Records whose kind, functions, files, lines, modules or addresses at either end match. Each distinct edge is matched once,
 * when it is first met, so the rest is a scan of a column, and the nearest hit comes first. Throws Cancelled, InvalidPattern.
 */
export async function search(
  chain: Chain,
  symboliser: Symboliser,
  modules: ModuleMap,
  pass: Pass,
  shown: ShownRecords,
  request: SearchRequest,
): Promise<SearchResult> {
  const edges = new EdgeFilter(chain.history, symboliser, modules, { text: request.pattern });
  const scan = new Scan(chain, edges, shown, request);
  return withSymbols(symboliser, pass, () => {
    pass.progress?.(scan.done);
    return scan.run();
  });
}

class Scan {
  private readonly hits: number[] = [];
  private readonly matches: (text: string) => boolean;
  private readonly start: number;
  private at: number;

  constructor(
    private readonly chain: Chain,
    private readonly edges: EdgeFilter,
    private readonly shown: ShownRecords,
    private readonly request: SearchRequest,
  ) {
    const { first, end } = chain.thread;
    this.matches = compilePattern(request.pattern);
    this.start = Math.min(Math.max(request.from, first - 1), end);
    this.at = this.start;
  }

  get done(): number {
    const { first, end } = this.chain.thread;
    const way = this.request.direction === 'back' ? this.start - first : end - this.start;
    return way <= 0 ? 1 : Math.min(1, Math.abs(this.at - this.start) / way);
  }

  /** Goes on where it was when NeedSymbols or Busy was thrown. */
  run(): SearchResult {
    const { first, end } = this.chain.thread;
    const back = this.request.direction === 'back';
    for (let budget = SLICE; ; budget -= PIECE) {
      const left = back ? this.at - first : end - 1 - this.at;
      if (left <= 0) return { records: this.hits, finished: true };
      if (this.hits.length >= this.request.count) return { records: this.hits, finished: false };
      if (budget <= 0) throw new Busy();
      const count = Math.min(left, PIECE);
      if (back) this.scanBack(this.at - count, this.at);
      else this.scanForward(this.at + 1, this.at + 1 + count);
    }
  }

  private scanForward(from: number, to: number): void {
    for (const { index, values } of this.chain.thread.runs(from, to)) {
      for (let offset = 0; offset < values.length; offset++) {
        if (this.edges.isKnownHidden(values[offset]!)) continue;
        this.at = index + offset - 1;
        if (this.isHit(index + offset) && this.found(index + offset)) return;
      }
    }
    this.at = to - 1;
  }

  private scanBack(from: number, to: number): void {
    for (const { index, values } of [...this.chain.thread.runs(from, to)].reverse()) {
      for (let offset = values.length - 1; offset >= 0; offset--) {
        if (this.edges.isKnownHidden(values[offset]!)) continue;
        this.at = index + offset + 1;
        if (this.isHit(index + offset) && this.found(index + offset)) return;
      }
    }
    this.at = from;
  }

  /** Whether that is enough. */
  private found(record: number): boolean {
    this.hits.push(record);
    this.at = record;
    return this.hits.length >= this.request.count;
  }

  private isHit(record: number): boolean {
    const { thread } = this.chain;
    const value = thread.value(record);
    const match =
      value < EVENT_BIT ? this.edges.shows(value) : this.matches(eventText(thread.eventOf(value)));
    return match && this.shown.shows(record) && this.shown.reaches(record);
  }
}

/** "signal signal 11 from 0x401136 to 0x401200" */
function eventText(event: RecordEvent): string {
  return Object.entries(event)
    .map(([name, value]) => {
      if (name === 'kind') return value;
      return `${name} ${name === 'from' || name === 'to' ? formatAddress(value as Address) : value}`;
    })
    .join(' ');
}
