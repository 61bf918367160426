import type { CodeSource } from '../code/code-source';
import type { Decoder } from '../code/decoder';
import { EdgeTable } from '../record/edge-table';
import type { Snapshot } from '../record/source';
import { BlockTable } from './block-table';
import { Chain } from './chain';
import { EdgeFacts } from './edge-facts';
import { Ingest } from './ingest';
import { ThreadHistory } from './thread-history';
import { ThreadIngest } from './thread-ingest';

export interface HistoryOptions {
  readonly decoder: Decoder;
  readonly code: CodeSource;
  /** Newest records kept of each thread. */
  readonly records: number;
}

/** All that was recorded of a program, by thread, with the tables of distinct edges and blocks they share. */
export class History {
  readonly edges = new EdgeTable();
  readonly facts: EdgeFacts;
  readonly blocks: BlockTable;
  private readonly chains: Chain[] = [];
  private readonly options: HistoryOptions;

  constructor(options: HistoryOptions) {
    this.options = options;
    this.facts = new EdgeFacts(this.edges, options.code, options.decoder);
    this.blocks = new BlockTable(options.code, options.decoder);
  }

  /** In the order in which they were first seen; a thread never leaves the list. */
  get threads(): readonly ThreadHistory[] {
    return this.chains.map((chain) => chain.thread);
  }

  /** The blocks and positions of the thread at `index` of {@link threads}. */
  chain(index: number): Chain {
    const chain = this.chains[index];
    if (chain === undefined) throw new RangeError(`no thread ${index} in the history`);
    return chain;
  }

  /** The thread of a kernel thread id: the latest generation when none is given. */
  find(tid: number, generation?: number): ThreadHistory | undefined {
    return this.chains.findLast(
      ({ thread: { thread } }) =>
        thread.tid === tid && (generation === undefined || thread.generation === generation),
    )?.thread;
  }

  /** Begins to take a snapshot. The previous one must be finished or cancelled. */
  ingest(snapshot: Snapshot): Ingest {
    const ingests = new Map<ThreadHistory, ThreadIngest>();
    for (const source of snapshot.threads) {
      const { tid, generation } = source.thread;
      let thread = this.find(tid, generation);
      if (thread === undefined) {
        thread = new ThreadHistory(this.chains.length, source.thread, this.options.records);
        this.chains.push(new Chain(this, thread));
      }
      ingests.set(thread, new ThreadIngest(thread, source, this.edges));
    }
    return new Ingest(ingests);
  }

  /** Forgets all records of all threads; the threads, distinct edges and blocks stay. */
  clear(): void {
    for (const [index, { thread }] of this.chains.entries()) {
      const cleared = new ThreadHistory(index, thread.thread, thread.capacity);
      cleared.stopPc = thread.stopPc;
      cleared.beginning = 'start';
      this.chains[index] = new Chain(this, cleared);
    }
  }
}
