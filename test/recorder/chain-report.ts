import { performance } from 'node:perf_hooks';
import { IcedDecoder } from '../../adapter/decoder/iced-decoder';
import { BranchKind } from '../../src/history/branch-kind';
import type { Chain } from '../../src/history/chain';
import { History } from '../../src/history/history';
import { EVENT_BIT } from '../../src/record/record';
import type { Snapshot } from '../../src/record/source';
import type { RingProcess } from '../../src/ring/ring-process';

/** How the instructions of a thread's records hang together. */
export interface ChainReport {
  readonly records: number;
  readonly instructions: number;
  /** How often there is something that is not known between two records, by its reason. */
  readonly gaps: Readonly<Record<string, number>>;
  /** The first few records with a gap, for the message of a test. */
  readonly examples: readonly string[];
}

const EXAMPLES = 5;
const pass = {
  scheduler: {
    yield: () => new Promise<void>((resolve) => setImmediate(resolve)),
    now: () => performance.now(),
  },
};

/** Takes all of a process's records into a history of its own. */
export async function historyOf(process: RingProcess, snapshot: Snapshot): Promise<History> {
  const records = 80_000_000; // more than any ring has
  const history = new History({ decoder: new IcedDecoder(), code: process.code, records });
  await history.ingest(snapshot).rest(pass);
  return history;
}

/** Looks into every block of a thread, the one after its last record included. */
export function chainReport(chain: Chain): ChainReport {
  const { thread } = chain;
  const gaps: Record<string, number> = {};
  const examples: string[] = [];
  let instructions = 0;
  for (let record: number = thread.first; record <= thread.end; record++) {
    const gap = chain.gap(record) ?? undecoded(chain, record);
    if (gap === undefined) {
      instructions += chain.executed(record);
      continue;
    }
    gaps[gap] = (gaps[gap] ?? 0) + 1;
    if (examples.length < EXAMPLES) examples.push(`${gap}: ${describe(chain, record)}`);
  }
  return { records: thread.length, instructions, gaps, examples };
}

/** Every branch is an instruction that is known, and a branch; {@link Chain.gap} lets single instructions pass. */
function undecoded(chain: Chain, record: number): string | undefined {
  const { thread, history } = chain;
  if (record >= thread.end || thread.value(record) >= EVENT_BIT) return undefined;
  if (history.blocks.decodedCode(chain.block(record)) === undefined) return 'not decoded';
  return history.facts.kind(thread.value(record)) === BranchKind.other ? 'not a branch' : undefined;
}

function describe(chain: Chain, record: number): string {
  const { thread, history } = chain;
  const hex = (address: number): string => `0x${address.toString(16)}`;
  const block = `record ${record} of ${thread.end}, ${hex(chain.startOf(record))} to ${hex(chain.endOf(record))}`;
  if (record >= thread.end) return block;
  const value = thread.value(record);
  if (value >= EVENT_BIT) return `${block}, ${thread.eventOf(value).kind}`;
  const { to, generation } = history.edges;
  return `${block}, going to ${hex(to[value]!)}, generation ${generation[value]}`;
}
