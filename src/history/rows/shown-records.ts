import { EVENT_BIT } from '../../record/record';
import type { Chain } from '../chain';
import type { EdgeFilter } from './edge-filter';

/** Which records are rows: those the filter shows, without inferior calls unless they are asked for. */
export class ShownRecords {
  constructor(
    private readonly chain: Chain,
    private readonly filter: EdgeFilter,
    private readonly withDebugger: boolean,
  ) {}

  /** Throws NeedSymbols. */
  shows(record: number): boolean {
    const { thread } = this.chain;
    const value = thread.value(record);
    if (value < EVENT_BIT) return this.filter.isOpen || this.filter.shows(value);
    const event = thread.eventOf(value);
    if (event.kind === 'lost' || event.kind === 'gap' || event.kind === 'exec') return true;
    if (!this.filter.isOpen) return false;
    // Without what it called, the call says nothing.
    const hiddenCall =
      event.kind === 'debugger' && event.action === 'call' && this.chain.isDebugger(record + 1);
    return this.withDebugger || !hiddenCall;
  }

  /** Whether `record` is met when going from record to record: false within an inferior call. */
  reaches(record: number): boolean {
    return this.withDebugger || !this.chain.isDebugger(record);
  }

  /** The record to look at after `record`, going back. */
  before(record: number): number {
    return this.withDebugger ? record - 1 : this.chain.before(record);
  }

  after(record: number): number {
    return this.withDebugger ? record + 1 : this.chain.after(record);
  }

  /** The newest `count` shown records up to `last`, the oldest first. */
  upTo(last: number, count: number): number[] {
    const records: number[] = [];
    for (let at = last; records.length < count && at >= this.chain.thread.first; at = this.before(at)) {
      if (this.shows(at)) records.push(at);
    }
    return records.reverse();
  }
}
