import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RowsBody, StateBody } from '../../src/protocol/history';
import { DapClient } from '../../test/adapter/dap-client';
import { top } from './subjects';

/** What one debug session of the real adapter measured, in milliseconds. */
export interface SessionFigures {
  /** From the program's own clock at its last instruction before the stop to the first rows of a page. */
  readonly stopToRows: number;
  /** The part of it from the `stopped` event on. */
  readonly eventToRows: number;
  /** From each stepBack request to the `stopped` event. */
  readonly stepBacks: readonly number[];
  /** Bytes the adapter's process has in memory when all records are read. */
  readonly memory: number;
}

const SOURCE = join(top, 'scripts/bench/crunch.c');
/** More than this many branches an item are never fewer. */
const BRANCHES_PER_ITEM = 20;
const STEPS = 40;
const TIMEOUT = 120_000;

/** Builds the program that {@link debugSession} debugs. */
export function buildCrunch(folder: string): string {
  const program = join(folder, 'crunch');
  const made = spawnSync('gcc', ['-g', '-O0', '-o', program, SOURCE], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`crunch.c does not build: ${made.error ?? made.stderr}`);
  return program;
}

/** A session from launch to a stop with `records` records, a page of rows at once, then steps back. */
export async function debugSession(program: string, records: number): Promise<SessionFigures> {
  const client = DapClient.spawn(process.env, join(top, 'dist/adapter/main.js'));
  try {
    const items = String(Math.ceil(records / BRANCHES_PER_ITEM));
    await client.launch({ program, args: [items], branchHistory: { recorder: 'valgrind', records } });
    const [breakpoint] = await client.breakpoints(SOURCE, [{ line: stopLine() }]);
    if (!breakpoint?.verified) throw client.error('the breakpoint of the bench was not set');
    await client.request('configurationDone');
    const { threadId } = await client.event('stopped', undefined, TIMEOUT);
    const stopped = performance.now();
    const page = (await client.request('bts/rows', { thread: 0 })) as RowsBody;
    const shown = performance.now();
    // One clock for all processes: performance.now() counts CLOCK_MONOTONIC from this process's start.
    const clock = Number(process.hrtime.bigint()) / 1e6 - performance.now();
    await client.untilText('stdout', 'now ');
    const before = Number(/^now (\d+)/m.exec(client.text('stdout'))![1]) / 1e6;
    if (!page.rows.some((row) => row.kind === 'branch' && row.from.function === 'report'))
      throw client.error('the first rows do not name the function of the stop');
    const memory = await settled(client, records);
    return {
      stopToRows: clock + shown - before,
      eventToRows: shown - stopped,
      stepBacks: await stepBacks(client, threadId),
      memory,
    };
  } finally {
    await client.disconnect({ terminateDebuggee: true });
  }
}

/** Waits until all records are read; the adapter's resident memory then. */
async function settled(client: DapClient, records: number): Promise<number> {
  for (const start = performance.now(); ; ) {
    const state = (await client.request('bts/state', {})) as StateBody;
    if (state.loaded === 1) {
      const kept = state.threads[0]?.records;
      if (kept !== records) throw client.error(`the history has ${kept} records, not ${records}`);
      break;
    }
    if (performance.now() - start > TIMEOUT) throw client.error('the records are not read to the end');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const status = readFileSync(`/proc/${client.process!.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

async function stepBacks(client: DapClient, threadId: number): Promise<number[]> {
  const times: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const start = performance.now();
    const [stop] = await Promise.all([client.stopped(), client.request('stepBack', { threadId })]);
    times.push(performance.now() - start);
    if (stop.reason !== 'step') throw client.error(`a step back stopped for "${stop.reason}"`);
  }
  const { cursor } = (await client.request('bts/state', {})) as StateBody;
  if (cursor === undefined || cursor.live || cursor.branchesAgo < STEPS)
    throw client.error('the steps back did not lead back');
  return times;
}

function stopLine(): number {
  return (
    readFileSync(SOURCE, 'utf8')
      .split('\n')
      .findIndex((line) => line.includes('BENCH:stop')) + 1
  );
}
