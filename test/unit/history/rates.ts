/*
 * Not a test: prints how fast the history engine is. `npx tsc -b && node dist/test/unit/history/rates.js [RECORDS]`.
 * The recorder and the decoder are fakes that cost next to nothing, so these are the engine's own costs.
 */
import type { Address } from '../../../src/address';
import { callStack } from '../../../src/history/call-stack';
import { History } from '../../../src/history/history';
import { lineBack } from '../../../src/history/move/line-back';
import { toBreakpoint } from '../../../src/history/move/to-breakpoint';
import type { Pass } from '../../../src/history/pass';
import { callTree } from '../../../src/history/service/call-tree';
import { counts } from '../../../src/history/service/counts';
import { rows } from '../../../src/history/service/rows';
import { search } from '../../../src/history/service/search';
import { depthProfile } from '../../../src/history/tree/depth-profile';
import { withSymbols } from '../../../src/history/with-symbols';
import { ModuleMap } from '../../../src/modules/module-map';
import type { EdgeTable } from '../../../src/record/edge-table';
import { SLICE_RECORDS } from '../../../src/record/record';
import type { RecordSlice } from '../../../src/record/source';
import { RandomProgram, random } from './random-program';

const RECORDS = Number(process.argv[2] ?? 10_000_000);
const modules = new ModuleMap([]);
const pass: Pass = {
  scheduler: { yield: () => new Promise((done) => setImmediate(done)), now: () => performance.now() },
};

async function main(): Promise<void> {
  const made = new RandomProgram(random(7), 200);
  const program = made.program.resolveAll();
  const history = new History({ decoder: program, code: program, records: RECORDS });
  const values = new Uint32Array(RECORDS);
  let at = 0;
  const stopPc = made.run(RECORDS, (from, to) => {
    values[at++] = history.edges.intern(from as Address, to as Address);
  });
  const memory = () => process.memoryUsage().rss;
  const before = memory();
  const source = {
    thread: { tid: 1, generation: 0, pid: 1 },
    stopPc: stopPc as Address,
    discontinuous: false,
    estimate: RECORDS,
    *slices(_: EdgeTable): Generator<RecordSlice> {
      for (let end = RECORDS; end > 0; end -= SLICE_RECORDS) {
        yield { values: values.subarray(Math.max(0, end - SLICE_RECORDS), end), events: [] };
      }
    },
  };
  const ingest = history.ingest({ threads: [source] });
  const thread = history.threads[0]!;
  await timed('tail of the ingest', () => ingest.tail(thread));
  const page = () => rows(history, { symbols: program, modules }, { thread: 0 });
  await timed('first page', page);
  const chain = history.chain(0);
  const end = chain.lastPosition()!;
  await timed('first step back over a line', () => lineBack(chain, program, end, false));
  await timed('all of the ingest', () => ingest.rest(pass), RECORDS);
  console.log(`${history.edges.length} distinct edges, ${history.blocks.length} blocks so far`);
  let position = end;
  const steps: number[] = [];
  for (let count = 0; count < 300; count++) {
    const start = performance.now();
    const move = await withSymbols(program, pass, (symbols) => lineBack(chain, symbols, position, false));
    steps.push(performance.now() - start);
    if (move.kind === 'start') break;
    position = move.position;
  }
  steps.sort((a, b) => a - b);
  const at95 = steps[Math.floor(steps.length * 0.95)]!;
  console.log(
    `step back over a line: median ${ms(steps[steps.length >> 1]!)}, 95 % ${ms(at95)}, most ${ms(steps.at(-1)!)}`,
  );
  console.log(`  … to record ${position.record - thread.end} of ${thread.length}`);
  await timed('call stack there', () =>
    withSymbols(program, pass, (symbols) => callStack(chain, symbols, position, 1000)),
  );
  await timed('page around the middle', () =>
    withSymbols(program, pass, (symbols) =>
      rows(history, { symbols, modules }, { thread: 0, anchor: { around: thread.end - (RECORDS >> 1) } }),
    ),
  );
  const find = (text: string) =>
    search(history, program, modules, pass, { thread: 0, pattern: { text }, direction: 'back' });
  await timed('search for what is not there', () => find('no such function'), RECORDS);
  await timed('the same again', () => find('no such function!'), RECORDS);
  await timed('search for something near', () => find('f1.c'));
  await timed(
    'reverse continue to a breakpoint nowhere',
    () => toBreakpoint(chain, end, 'back', new Set([1 as Address]), pass),
    RECORDS,
  );
  await timed('counts', () => counts(history, program, pass, {}), RECORDS);
  await timed('call tree', () => callTree(history, program, pass, { thread: 0 }), RECORDS);
  await timed('depth profile', () => depthProfile(chain, program, pass, 2000), RECORDS);
  console.log(`resident memory grew by ${((memory() - before) / RECORDS).toFixed(1)} bytes a record`);
}

async function timed(what: string, work: () => unknown, records?: number): Promise<void> {
  const start = performance.now();
  await work();
  const time = performance.now() - start;
  const rate = records === undefined ? '' : `, ${(records / time / 1000).toFixed(0)} M records/s`;
  console.log(`${what}: ${ms(time)}${rate}`);
}

function ms(time: number): string {
  return `${time.toFixed(2)} ms`;
}

void main();
