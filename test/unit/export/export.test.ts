import { describe, expect, test } from 'vitest';
import { type Address, formatAddress } from '../../../src/address';
import type { ExportSource } from '../../../src/export/export-source';
import { EXPORTERS } from '../../../src/export/exporters';
import type { Module } from '../../../src/modules/module';
import type { Location } from '../../../src/symbols/symbol-table';
import { at, FakeCode, FakeSymboliser, historyOf, pass, type Recorded, threadSource } from '../recorded';

// main: nop; call f; je (back to the call); jmp g.   f: nop; je +0; ret.   g: ret.   start: nop; nop.   handler: ret.
const code = new FakeCode()
  .add(0x401000, '90 e8fa000000 74f9 e9f3020000')
  .add(0x401100, '90 7400 c3')
  .add(0x401300, 'c3')
  .add(0x402000, '9090')
  .add(0x403000, '90c3')
  .add(0x404000, '0f05');

const FUNCTIONS: Readonly<Record<string, readonly [start: number, size: number, line: number]>> = {
  main: [0x401000, 13, 1],
  f: [0x401100, 4, 20],
  'g(int; char)': [0x401300, 1, 40],
  start: [0x401ff0, 18, 44],
  handler: [0x403000, 2, 80],
};

/** Every instruction has a line of its own: the function's plus its offset. */
function locate(address: Address): Location | null {
  for (const [name, [start, size, line]] of Object.entries(FUNCTIONS)) {
    if (address < start || address >= start + size) continue;
    const frame = {
      name,
      file: name === 'start' ? '/src/start.c' : '/src/a.c',
      line: line + address - start,
    };
    return { frames: [frame], functionStart: at(start), isStatement: true, module: 'a.out' };
  }
  return null;
}

const modules: Module[] = [
  { path: '/tmp/a.out', start: at(0x401000), end: at(0x404000), bias: at(0x1000), mapped: true },
  { path: '/lib/libc.so.6', start: at(0x404000), end: at(0x405000), bias: at(0x404000), mapped: true },
];

const RECORDS: Recorded[] = [
  [0x401103, 0x401006], // the record begins inside f: its caller main becomes known here
  [0x401006, 0x401001],
  [0x401001, 0x401100],
  [0x401101, 0x401103],
  [0x401103, 0x401006],
  [0x401008, 0x401300], // tail call
  { kind: 'signal', signal: 10, from: at(0x401300), to: at(0x403000) },
  [0x403001, 0x404000],
  { kind: 'sigreturn', from: at(0x404000), to: at(0x401300) },
  [0x401300, 0x402000], // and so does main's caller here
];

async function exported(
  to: keyof typeof EXPORTERS,
  records: readonly Recorded[] = RECORDS,
  extra: Partial<ExportSource> = {},
): Promise<string> {
  const threads = [threadSource(7, records, { stopPc: at(0x402001) })];
  const history = await historyOf({ threads }, code);
  const symboliser = new FakeSymboliser(locate);
  const source = { history, symboliser, modules, program: '/tmp/a.out', ...extra };
  let text = '';
  for await (const piece of EXPORTERS[to](source, pass)) text += piece;
  return text;
}

describe('folded stacks', () => {
  test('weigh the instructions of each stack, callers found late included', async () => {
    expect(await exported('folded')).toBe(
      [
        // f: its last instruction, then all four of the second call.
        'thread 7;start 1', // nop; the instruction at the stop pc was not executed
        'thread 7;start;g(int: char) 1',
        'thread 7;start;g(int: char);handler 3', // nop, ret, and the system call it returned to
        'thread 7;start;main 4', // je, call, je, jmp
        'thread 7;start;main;f 4',
        '',
      ].join('\n'),
    );
  });

  test('what is not known has its place in the module for a name', async () => {
    expect(
      await exported('folded', [
        [0x404000, 0x404800],
        [0x404800, 0x1000],
      ]),
    ).toContain('libc.so.6+0x');
  });

  test('very deep stacks are cut, and say so', async () => {
    const deep: Recorded[] = Array.from({ length: 3000 }, () => [0x401001, 0x401000]);
    const recursive = new FakeCode().add(0x401000, '90 e8faffffff');
    const threads = [threadSource(7, deep)];
    const history = await historyOf({ threads }, recursive);
    const source = { history, symboliser: new FakeSymboliser(locate), modules, program: '/tmp/a.out' };
    let text = '';
    for await (const piece of EXPORTERS.folded(source, pass)) text += piece;
    const lines = text.trim().split('\n');
    expect(lines).toHaveLength(1024);
    const weights = lines.map((line) => Number(line.slice(line.lastIndexOf(' '))));
    expect(weights.reduce((a, b) => a + b)).toBe(5999); // two a call; of the first block only the call is known
    expect(lines.filter((line) => line.includes('[deeper]'))).toHaveLength(1);
  });
});

interface TraceEvent {
  ph: string;
  name?: string;
  ts?: number;
  pid?: number;
  tid?: number;
  s?: string;
  cat?: string;
  args?: Record<string, unknown>;
}

/** What the Trace Event Format asks of the kinds of event used here. */
function checkTrace(text: string): TraceEvent[] {
  const trace = JSON.parse(text) as { traceEvents: TraceEvent[]; displayTimeUnit: string };
  expect(['ms', 'ns']).toContain(trace.displayTimeUnit);
  const stacks = new Map<string, string[]>();
  const clocks = new Map<string, number>();
  for (const event of trace.traceEvents) {
    expect(event.pid).toBeTypeOf('number');
    if (event.ph === 'M') {
      expect(['process_name', 'process_labels', 'thread_name']).toContain(event.name);
      expect(event.args).toBeTypeOf('object');
      continue;
    }
    expect(['B', 'E', 'i']).toContain(event.ph);
    expect(event.tid).toBeTypeOf('number');
    expect(event.ts).toBeTypeOf('number');
    const track = `${event.pid}/${event.tid}`;
    expect(event.ts).toBeGreaterThanOrEqual(clocks.get(track) ?? 0);
    clocks.set(track, event.ts!);
    const stack = stacks.get(track) ?? [];
    stacks.set(track, stack);
    if (event.ph === 'E') expect(stack.pop()).toBeDefined();
    else expect(event.name).toBeTypeOf('string');
    if (event.ph === 'B') stack.push(event.name!);
    if (event.ph === 'i') expect(['t', 'p', 'g']).toContain(event.s);
  }
  for (const stack of stacks.values()) expect(stack).toEqual([]);
  return trace.traceEvents;
}

describe('Chrome trace events', () => {
  test('are nested calls along the instructions executed', async () => {
    const events = checkTrace(await exported('trace-event'));
    const text = events
      .filter(({ ph }) => ph !== 'M')
      .map(({ ph, ts, name, cat }) => (ph === 'E' ? `${ts} E` : `${ts} ${ph} ${name} (${cat})`));
    expect(text).toEqual([
      '0 B start (began before the record)',
      '0 B main (began before the record)',
      '0 B f (began before the record)',
      '1 E',
      '3 B f (call)',
      '6 E',
      '8 E',
      '8 B g(int; char) (tail call)',
      '8 B handler (signal handler)',
      '8 i signal 10 (signal)',
      '11 E',
      '12 E',
      '13 E',
    ]);
    expect(events.find(({ name }) => name === 'process_labels')!.args!['labels']).toMatch(/not a time/);
    expect(events.find(({ name }) => name === 'g(int; char)')!.args).toEqual({ line: '/src/a.c:40' });
  });

  test('of nothing are a valid file', async () => {
    expect(checkTrace(await exported('trace-event', RECORDS, { threads: [] }))).toEqual([]);
    checkTrace(await exported('trace-event', []));
  });

  test('gaps and losses are seen', async () => {
    const events = checkTrace(
      await exported('trace-event', [
        [0x401001, 0x401100],
        { kind: 'lost', count: 5, to: at(0x401000) },
        [0x401001, 0x401100],
      ]),
    );
    expect(events.some(({ ph, name }) => ph === 'i' && name === '5 records lost')).toBe(true);
    expect(events.filter(({ ph, name }) => ph === 'B' && name === 'main')).toHaveLength(2);
  });
});

test('perf script lines', async () => {
  // perf's tools/perf/builtin-script.c: comm %16s, pid/tid %7d/%-7d, event, flags, ip sym (dso) => addr sym (dso)
  const line =
    /^ *(\S.{0,14}?) +(\d+)\/(\d+) +branches:u: {3}(call|return|jcc|jmp|int|iret|tr strt) +([0-9a-f]+) (\S.*) \((.+)\) => +([0-9a-f]+) (\S.*) \((.+)\)$/;
  const lines = (await exported('perf-script')).split('\n').filter((text) => text && !text.startsWith('#'));
  const parsed = lines.map((text) => line.exec(text)?.slice(1).join('|') ?? `not perf's: ${text}`);
  expect(parsed.slice(0, 3)).toEqual([
    'thread 7|1|7|return|401103|f+0x3|/tmp/a.out|401006|main+0x6|/tmp/a.out',
    'thread 7|1|7|jcc|401006|main+0x6|/tmp/a.out|401001|main+0x1|/tmp/a.out',
    'thread 7|1|7|call|401001|main+0x1|/tmp/a.out|401100|f+0x0|/tmp/a.out',
  ]);
  expect(parsed[6]).toBe('thread 7|1|7|int|401300|g(int; char)+0x0|/tmp/a.out|403000|handler+0x0|/tmp/a.out');
  expect(parsed[7]).toBe('thread 7|1|7|return|403001|handler+0x1|/tmp/a.out|404000|[unknown]|/lib/libc.so.6');
  expect(parsed[8]).toMatch(/^thread 7\|1\|7\|iret\|404000/);
  expect(parsed).toHaveLength(RECORDS.length);
});

describe('lcov', () => {
  test('counts lines, functions and both ways of each conditional branch', async () => {
    expect((await exported('lcov')).split('\n')).toEqual([
      'TN:',
      'SF:/src/a.c',
      'FN:2,main',
      'FN:20,f',
      'FN:40,g(int; char)',
      'FN:80,handler',
      'FNDA:1,main', // its first instruction was not seen: it was entered before the record
      'FNDA:1,f',
      'FNDA:1,g(int; char)',
      'FNDA:1,handler',
      'FNF:4',
      'FNH:4',
      'BRDA:7,0,0,1',
      'BRDA:7,0,1,1',
      'BRDA:21,0,0,1',
      'BRDA:21,0,1,0',
      'BRF:4',
      'BRH:3',
      'DA:2,1',
      'DA:7,2',
      'DA:9,1',
      'DA:20,1',
      'DA:21,1',
      'DA:23,2',
      'DA:40,1',
      'DA:80,1',
      'DA:81,1',
      'LF:9',
      'LH:9',
      'end_of_record',
      'TN:',
      'SF:/src/start.c',
      'FN:60,start',
      'FNDA:1,start',
      'FNF:1',
      'FNH:1',
      'DA:60,1',
      'LF:1',
      'LH:1',
      'end_of_record',
      '',
    ]);
  });

  test('what the debugger called does not count', async () => {
    const records: Recorded[] = [
      [0x401001, 0x401100],
      { kind: 'debugger', action: 'call', from: at(0x401100), to: at(0x403000) },
      [0x403001, 0x404000],
      { kind: 'debugger', action: 'return', to: at(0x401100) },
    ];
    const text = await exported('lcov', records);
    expect(text).toContain('DA:2,1');
    expect(text).not.toContain('DA:80');
  });
});

test('only the threads asked for', async () => {
  const threads = [threadSource(7, RECORDS), threadSource(8, [[0x401001, 0x401100]])];
  const history = await historyOf({ threads }, code);
  const source = { history, symboliser: new FakeSymboliser(locate), modules, program: '/tmp/a.out' };
  let text = '';
  for await (const piece of EXPORTERS['perf-script']({ ...source, threads: [1] }, pass)) text += piece;
  expect(text.split('\n').filter((line) => line.includes('branches:u'))).toHaveLength(1);
  expect(text).toContain(formatAddress(at(0x401100)).slice(2));
});
