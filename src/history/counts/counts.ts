import { type InstructionKind, InstructionKind as Kind } from '../../code/decoder';
import { EVENT_BIT } from '../../record/record';
import type { BlockIndex } from '../block-table';
import { BranchKind } from '../branch-kind';
import { type Chain, NO_BLOCK } from '../chain';
import type { History } from '../history';
import { inSlices, type Pass } from '../pass';

const PIECE = 1 << 16;

/** How often a conditional branch was taken and not. */
export interface SiteCount {
  taken: number;
  notTaken: number;
}

/** How often things were executed, over the records of some threads, without inferior calls. */
export interface Counts {
  /** Executions by instruction address. */
  readonly instructions: ReadonlyMap<number, number>;
  /** Conditional branches by address. */
  readonly sites: ReadonlyMap<number, SiteCount>;
}

/** Counts blocks first, which there are few of, then spreads them over their instructions. Throws Cancelled. */
export async function count(history: History, chains: readonly Chain[], pass: Pass): Promise<Counts> {
  const tally = new BlockTally(history);
  let done = 0;
  const total = chains.reduce((sum, chain) => sum + chain.thread.length, 0);
  for (const chain of chains) {
    const { first, end, length } = chain.thread;
    const before = done;
    const part: Pass = {
      ...pass,
      progress: (part) => pass.progress?.((before + part * length) / Math.max(1, total)),
    };
    await inSlices(part, { from: first, to: end, piece: PIECE }, (from, to) =>
      tally.records(chain, from, to),
    );
    tally.tail(chain);
    done += length;
  }
  return tally.spread();
}

class BlockTally {
  /** By block: how often it ran up to its last instruction, and that too. */
  private whole = new Float64Array(1024);
  /** By block: how often it ran up to but without its last instruction. */
  private partial = new Float64Array(1024);

  constructor(private readonly history: History) {}

  records(chain: Chain, from: number, to: number): void {
    const { edges, facts } = this.history;
    const { thread } = chain;
    const inferior = !thread.debuggerRanges.isEmpty;
    let start = chain.startOf(from);
    for (const { index, values } of thread.runs(from, to)) {
      for (let offset = 0; offset < values.length; offset++) {
        const value = values[offset]!;
        const record = index + offset;
        if (value >= EVENT_BIT) {
          if (!chain.isDebugger(record)) this.event(chain, record);
          start = chain.startOf(record + 1);
          continue;
        }
        if (!inferior || !chain.isDebugger(record)) {
          const block = chain.blockOfEdge(value, start);
          if (block >= this.whole.length) this.grow();
          if (facts.kind(value) === BranchKind.interrupt) this.partial[block]!++;
          else this.whole[block]!++;
        }
        start = edges.to[value]!;
      }
    }
  }

  tail(chain: Chain): void {
    this.event(chain, chain.thread.end);
  }

  spread(): Counts {
    const { blocks } = this.history;
    const instructions = new Map<number, number>();
    const sites = new Map<number, SiteCount>();
    for (let index = 0; index < Math.min(blocks.length, this.whole.length); index++) {
      const block = index as BlockIndex;
      const whole = this.whole[block]!;
      const all = whole + this.partial[block]!;
      if (all === 0) continue;
      const last = blocks.instructions(block) - 1;
      for (let at = 0; at <= last; at++) {
        const times = at === last ? whole : all;
        if (times === 0) continue;
        const address = blocks.address(block, at);
        instructions.set(address, (instructions.get(address) ?? 0) + times);
        if (isConditional(blocks.kind(block, at))) addTo(sites, address, times, at === last);
      }
    }
    return { instructions, sites };
  }

  private event(chain: Chain, record: number): void {
    const block = chain.block(record);
    if (block === NO_BLOCK) return;
    if (block >= this.whole.length) this.grow();
    const complete = chain.executed(record) === this.history.blocks.instructions(block);
    if (complete) this.whole[block]!++;
    else this.partial[block]!++;
  }

  private grow(): void {
    const size = Math.max(this.history.blocks.length, this.whole.length * 2);
    const { whole, partial } = this;
    this.whole = new Float64Array(size);
    this.whole.set(whole);
    this.partial = new Float64Array(size);
    this.partial.set(partial);
  }
}

function isConditional(kind: InstructionKind): boolean {
  return kind === Kind.jcc;
}

function addTo(sites: Map<number, SiteCount>, address: number, times: number, taken: boolean): void {
  let site = sites.get(address);
  if (site === undefined) {
    site = { taken: 0, notTaken: 0 };
    sites.set(address, site);
  }
  if (taken) site.taken += times;
  else site.notTaken += times;
}
