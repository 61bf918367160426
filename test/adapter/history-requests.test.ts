import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openBtrace } from '../../adapter/btrace/open-btrace';
import type { BranchRowBody, RowBody } from '../../src/protocol/history';
import { MAIN } from './dap-client';
import { HistoryClient } from './history-client';
import { useSessions } from './session';

useSessions();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bts-history-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Four turns of outer, of six branches each and the loop's own; stopped behind them. */
const stopped = () => HistoryClient.stopped('history', { at: ['outer-secret'] });

const isBranch = (row: RowBody): row is BranchRowBody => row.kind === 'branch';
const branches = (rows: readonly RowBody[]) => rows.filter(isBranch);
const short = ({ branch, from, to }: BranchRowBody) =>
  `${branch} ${from.function}:${from.line} → ${to.function}:${to.line}`;

/** The one turn of the loop, by line. */
function turn(client: HistoryClient): string[] {
  const line = (marker: string) => client.line(marker);
  return [
    `jcc outer:${line('outer-loop')} → outer:${line('outer-call')}`,
    `call outer:${line('outer-call')} → middle:${line('middle-open')}`,
    `call middle:${line('middle-first')} → leaf:${line('leaf-open')}`,
    `ret leaf:${line('leaf-close')} → middle:${line('middle-first')}`,
    `call middle:${line('middle-second')} → leaf:${line('leaf-open')}`,
    `ret leaf:${line('leaf-close')} → middle:${line('middle-second')}`,
    `ret middle:${line('middle-close')} → outer:${line('outer-call')}`,
  ];
}

describe('bts/state', () => {
  test('recorder, threads and cursor; the cursor follows', async () => {
    const client = await stopped();
    const { recorder, threads, cursor } = await client.request('bts/state', {});
    expect(recorder).toMatchObject({
      recorder: 'valgrind',
      name: 'Valgrind',
      mode: 'user',
      recording: true,
      records: 1_000_000,
    });
    expect(recorder.why).toMatch(/runs under Valgrind\.$/);
    expect(threads).toMatchObject([
      { thread: 0, generation: 0, tid: expect.any(Number), beginning: 'start' },
    ]);
    const [{ records, first, end, tid, pid, stopPc }] = threads as [(typeof threads)[0]];
    expect(records).toBe(end - first);
    expect(tid).toBe(pid);
    const live = await client.place();
    expect(BigInt(stopPc!)).toBe(live.pc);
    expect(cursor).toMatchObject({
      thread: 0,
      record: end,
      branchesAgo: 0,
      live: true,
      place: { function: 'outer', line: client.line('outer-secret') },
    });
    await client.move('stepBack');
    expect(await client.cursor()).toMatchObject({
      live: false,
      place: { function: 'outer', line: client.line('outer-loop') },
    });
    expect((await client.request('bts/state', {})).loaded).toBe(1);
    expect(client.events()).toContain('bts/progress');
  });

  test('why Valgrind, when it is asked for by name', async () => {
    const client = await HistoryClient.stopped('history', {
      at: ['outer-secret'],
      branchHistory: { recorder: 'valgrind' },
    });
    expect((await client.request('bts/state', {})).recorder.why).toContain('launch.json asks for Valgrind');
  });
});

describe('bts/rows', () => {
  test('the branches, with function, file and line at both ends, and the tail', async () => {
    const client = await stopped();
    const { rows, older, newer, below, above } = await client.request('bts/rows', { thread: 0, fold: false });
    expect({ older, newer, below }).toEqual({ older: false, newer: false, below: 0 });
    expect(above ?? 0).toBe(0);
    const listed = branches(rows);
    // The last jl of the loop is not taken; the first turn is entered by a jump to the condition.
    expect(listed.slice(-7).map(short)).toEqual(turn(client));
    expect(listed.slice(-28).map(short)).toEqual(Array(4).fill(turn(client)).flat());
    expect(rows.at(-1)).toMatchObject({
      kind: 'tail',
      to: { function: 'outer', line: client.line('outer-secret') },
    });
    for (const { from, to } of listed.slice(-28)) {
      expect(from).toMatchObject({
        file: expect.stringMatching(/history\.c$/),
        module: 'history',
        address: expect.stringMatching(/^0x[0-9a-f]+$/),
      });
      expect(to.address).not.toBe(from.address);
    }
    const records = listed.map(({ record }) => record);
    expect(records).toEqual([...records].sort((a, b) => a - b));
  });

  test('repeats are folded, and opened again', async () => {
    const client = await stopped();
    const { rows } = await client.request('bts/rows', { thread: 0 });
    const loops = rows.flatMap((row) => (row.kind === 'loop' ? [row] : []));
    expect(loops).toHaveLength(1);
    const [loop] = loops as [(typeof loops)[0]];
    expect(loop).toMatchObject({ times: 4 });
    expect(loop.body.map(short)).toEqual(turn(client));
    expect(loop.last - loop.first).toBe(27);
    const open = await client.request('bts/rows', { thread: 0, expanded: [loop.last] });
    expect(open.rows.find((row) => row.kind === 'loop')).toMatchObject({ expanded: true, times: 4 });
    expect(branches(open.rows).length).toBe(branches(rows).length + 28);
  });

  test('pages fit together, from either end and around a record', async () => {
    const client = await stopped();
    const whole = (await client.request('bts/rows', { thread: 0, fold: false })).rows.filter(isBranch);
    const back: BranchRowBody[] = [];
    for (let before: number | undefined; ; ) {
      const anchor = before === undefined ? { at: 'end' as const } : { before };
      const page = await client.request('bts/rows', { thread: 0, fold: false, count: 5, anchor });
      back.unshift(...branches(page.rows));
      expect(page.rows.filter(isBranch).length).toBeLessThanOrEqual(5);
      if (!page.older) break;
      before = branches(page.rows)[0]!.record;
    }
    expect(back).toEqual(whole);
    const first = await client.request('bts/rows', {
      thread: 0,
      fold: false,
      count: 5,
      anchor: { at: 'start' },
    });
    expect(first).toMatchObject({ older: false, newer: true });
    const after = await client.request('bts/rows', {
      thread: 0,
      fold: false,
      count: 5,
      anchor: { after: whole[3]!.record },
    });
    expect(branches(after.rows).map(({ record }) => record)).toEqual(
      whole.slice(4, 9).map(({ record }) => record),
    );
    const around = await client.request('bts/rows', {
      thread: 0,
      fold: false,
      count: 5,
      anchor: { around: whole[12]!.record },
    });
    expect(branches(around.rows).map(({ record }) => record)).toContain(whole[12]!.record);
  });

  test('filters: function, file, module, kind, text; all must match', async () => {
    const client = await HistoryClient.stopped('history', { at: ['main-done-flush'] });
    const filtered = async (filter: object) =>
      branches((await client.request('bts/rows', { thread: 0, fold: false, count: 2000, filter })).rows);
    const leaf = await filtered({ function: { text: 'LEAF' } });
    expect(leaf).toHaveLength(16);
    expect(await filtered({ function: { text: '^leaf$', regex: true }, kinds: ['ret'] })).toHaveLength(8);
    expect(await filtered({ function: { text: 'leaf' }, kinds: ['jmp'] })).toHaveLength(0);
    const own = await filtered({ file: { text: 'history.c' } });
    expect(own.length).toBeGreaterThan(60);
    const libc = await filtered({ module: { text: 'libc' } });
    for (const { from, to } of libc) expect(`${from.module} ${to.module}`).toContain('libc');
    const shown = await filtered({ hideLibraries: true });
    for (const { from, to } of shown) expect([from.module, to.module]).toContain('history');
    expect(shown.length).toBeLessThan((await filtered({})).length / 4);
    const text = await filtered({ text: { text: 'factorial' } });
    expect(new Set(text.flatMap(({ from, to }) => [from.function, to.function]))).toEqual(
      new Set(['main', 'factorial']),
    );
    expect(await filtered({ space: 'kernel' })).toHaveLength(0);
  });
});

describe('bts/goto', () => {
  test('response first, then the stop, for the reason goto', async () => {
    const client = await stopped();
    const from = client.dap.messages.length;
    await client.goto({ thread: 0, to: 'start' });
    const seen = client.dap.messages
      .slice(from)
      .flatMap((m) => ('command' in m ? [m.command] : 'event' in m ? [m.event] : []));
    expect(seen.indexOf('bts/goto')).toBeGreaterThanOrEqual(0);
    expect(seen.indexOf('bts/goto')).toBeLessThan(seen.indexOf('stopped'));
    expect(seen.indexOf('stopped')).toBeLessThan(seen.indexOf('bts/changed', seen.indexOf('stopped')));
    const { stop } = await client.goto({ thread: 0, direction: 'forward', by: 'over' });
    expect(stop).toMatchObject({ reason: 'goto', threadId: 1, allThreadsStopped: true });
  });

  test('to a record, an instruction, and the ends', async () => {
    const client = await stopped();
    const { rows } = await client.request('bts/rows', { thread: 0, fold: false });
    const call = branches(rows)
      .filter(({ branch }) => branch === 'call')
      .at(-3)!;
    const there = await client.goto({ thread: 0, record: call.record });
    expect(there.pc).toBe(BigInt(call.from.address));
    expect(there.body).toMatchObject({ kind: 'moved', cursor: { record: call.record, live: false } });
    const first = await client.goto({ thread: 0, record: call.record, instruction: 0 });
    expect(first.pc).toBeLessThan(there.pc);
    expect((await client.goto({ thread: 0, to: 'start' })).body).toMatchObject({ kind: 'start' });
    expect((await client.goto({ thread: 0, to: 'end' })).body).toMatchObject({
      kind: 'end',
      cursor: { live: true },
    });
    expect(await client.dap.evaluate('secret')).toBe('1000');
  });

  test('to addresses, as a breakpoint would', async () => {
    const client = await stopped();
    const { rows } = await client.request('bts/rows', {
      thread: 0,
      fold: false,
      filter: { function: { text: 'leaf' }, kinds: ['call'] },
    });
    const { address } = branches(rows)[0]!.to;
    const hit = await client.goto({ thread: 0, direction: 'back', by: 'breakpoint', addresses: [address] });
    expect(hit.body).toMatchObject({ kind: 'breakpoint', address });
    expect(hit.pc).toBe(BigInt(address));
    const none = await client.goto({ thread: 0, direction: 'forward', by: 'breakpoint', addresses: ['0x1'] });
    expect(none.body).toMatchObject({ kind: 'end' });
  });

  test('all ways of moving, there and back', async () => {
    const client = await stopped();
    for (const by of ['instruction', 'instructionOver', 'branch', 'over', 'into'] as const) {
      const { pc } = await client.goto({ thread: 0, to: 'start' });
      const forward = await client.goto({ thread: 0, direction: 'forward', by });
      expect(forward.pc).not.toBe(pc);
      expect(
        (await client.goto({ thread: 0, direction: 'back', by })).body.cursor.record,
      ).toBeLessThanOrEqual(forward.body.cursor.record);
    }
    await client.breakpoints('leaf');
    await client.goto({ thread: 0, to: 'end' });
    expect((await client.goto({ thread: 0, direction: 'back', by: 'breakpoint' })).stop.reason).toBe(
      'breakpoint',
    );
    expect((await client.goto({ thread: 0, direction: 'back', by: 'out' })).at).toBe('middle-second');
    expect((await client.goto({ thread: 0, direction: 'forward', by: 'out' })).at).toBe('outer-call');
  });
});

test('bts/search: nearest first, in both directions, to the end', async () => {
  const client = await stopped();
  const search = (more: object) =>
    client.dap.request('bts/search', { thread: 0, direction: 'back', pattern: { text: 'leaf' }, ...more });
  const one = await search({});
  expect(one).toMatchObject({ hits: [{ kind: 'branch', branch: 'ret' }], finished: false });
  const all = await search({ count: 1000 });
  expect(all.finished).toBe(true);
  expect(all.hits).toHaveLength(16);
  const forward = await search({ count: 1000, direction: 'forward' });
  expect(forward.hits).toEqual([...all.hits].reverse());
  const next = await search({ from: one.hits[0].record });
  expect(next.hits[0]).toEqual(all.hits[1]);
  expect((await search({ count: 1000, filter: { kinds: ['call'] } })).hits).toHaveLength(8);
  expect(await search({ pattern: { text: 'no such thing' } })).toEqual({ hits: [], finished: true });
  expect(
    (await search({ pattern: { text: 'l.af|middle', regex: true }, count: 1000 })).hits.length,
  ).toBeGreaterThan(16);
});

test('bts/callTree: who called what, how often, with how many branches', async () => {
  const client = await HistoryClient.stopped('history', { at: ['main-qsort'] });
  const { nodes } = await client.request('bts/callTree', { thread: 0, levels: 4 });
  expect(nodes).toHaveLength(1);
  const [main] = nodes as [(typeof nodes)[0]];
  expect(main).toMatchObject({ place: { function: 'main' }, calls: 1, hasChildren: true });
  const child = (node: typeof main, name: string) =>
    node.children!.find(({ place }) => place.function === name)!;
  const outer = child(main, 'outer');
  expect(outer).toMatchObject({ calls: 1, entry: 'call', place: { line: client.line('outer-open') } });
  const middle = child(outer, 'middle');
  expect(middle).toMatchObject({ calls: 4, self: 12, total: 20 });
  expect(child(middle, 'leaf')).toMatchObject({ calls: 8, self: 8, total: 8, hasChildren: false });
  // Recursion is a path, not a sum.
  const factorial = child(main, 'factorial');
  expect(factorial).toMatchObject({ calls: 1, hasChildren: true });
  expect(child(factorial, 'factorial')).toMatchObject({ calls: 1 });
  // A level at a time, by the keys of the ancestors.
  const below = await client.request('bts/callTree', { thread: 0, path: [main.key, outer.key] });
  expect(below.nodes).toMatchObject([{ key: middle.key, calls: 4, total: 20, hasChildren: true }]);
  expect(below.nodes[0]!.children).toBeUndefined();
  // Its records are those of the calls.
  expect((await client.goto({ thread: 0, record: middle.firstRecord! })).at).toBe('outer-call');
});

test('bts/counts: how often conditions held, and lines ran', async () => {
  const client = await HistoryClient.stopped('history', { at: ['main-qsort'] });
  const { path } = (await client.dap.topFrame()).source!;
  const { sites, lines } = await client.request('bts/counts', { file: path! });
  const at = (marker: string) => sites.filter(({ place }) => place.line === client.line(marker));
  expect(at('outer-loop')).toMatchObject([{ taken: 4, notTaken: 1 }]);
  expect(at('factorial-if')).toMatchObject([{ taken: 1, notTaken: 3 }]);
  const count = (marker: string) => lines.find(({ line }) => line === client.line(marker))?.count;
  expect(
    ['leaf', 'middle-first', 'outer-first', 'outer-secret', 'factorial', 'factorial-call'].map(count),
  ).toEqual([8, 4, 1, 1, 4, 3]);
  expect(count('main-done')).toBeUndefined();
  expect(lines.every(({ file }) => file === path)).toBe(true);
  const everything = await client.request('bts/counts', { thread: 0 });
  expect(everything.sites.length).toBeGreaterThan(sites.length);
});

describe('bts/save and bts/export', () => {
  const bts = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    return stdout;
  };

  test('the file holds what the session shows, and opens without it', async () => {
    const client = await HistoryClient.stopped('history', { at: ['main-qsort'] });
    const { rows } = await client.request('bts/rows', { thread: 0, fold: false, count: 2000 });
    const [thread] = (await client.request('bts/state', {})).threads;
    await client.move('stepBack');
    const path = join(folder, 'history.btrace');
    const saved = await client.request('bts/save', { path });
    expect(saved).toEqual({ path, bytes: statSync(path).size });
    expect(readdirSync(folder)).toEqual(['history.btrace']);
    await client.dap.disconnect();
    const lines = bts('show', path, '--format', 'jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const listed = lines
      .filter((line) => line.kind)
      .map(({ kind, from, to, tid }) => ({ kind, from, to, tid }));
    expect(listed).toEqual(
      branches(rows).map(({ branch, from, to }) => ({
        kind: branch,
        from: from.address,
        to: to.address,
        tid: thread!.tid,
      })),
    );
    expect(lines.filter((line) => line.event).map(({ event }) => event)).toEqual(
      rows.flatMap((row) => (row.kind === 'event' ? [row.event] : [])),
    );
    const text = bts('show', path, '--last', '3');
    expect(text).toContain('factorial');
    expect(text).toContain(`history.c:${client.line('main-factorial')}`);
    const file = await openBtrace(path);
    expect(file.metadata).toMatchObject({
      recorder: 'valgrind',
      mode: 'user',
      records: 1_000_000,
      program: expect.stringContaining('history'),
    });
  });

  test('a file that is there is replaced; one that cannot be written leaves nothing', async () => {
    const client = await stopped();
    const path = join(folder, 'again.btrace');
    await client.request('bts/save', { path });
    const first = readFileSync(path);
    expect(await client.request('bts/save', { path })).toEqual({ path, bytes: statSync(path).size });
    // It says when it was saved.
    expect(readFileSync(path).equals(first)).toBe(false);
    for (const bad of [join(folder, 'missing', 'x.btrace'), folder])
      expect(await client.dap.failing('bts/save', { path: bad })).toMatch(
        /could not be saved to .*Choose another place/,
      );
    expect(readdirSync(folder)).toEqual(['again.btrace']);
    // The session is as it was.
    expect((await client.move('stepBack')).at).toBe('outer-loop');
  });

  test('every export is written, of all threads or one', async () => {
    const client = await HistoryClient.stopped('history', { at: ['main-qsort'] });
    const exported = async (to: 'perf-script' | 'trace-event' | 'lcov' | 'folded', more: object = {}) => {
      const path = join(folder, to);
      const body = await client.request('bts/export', { path, to, ...more });
      expect(body).toEqual({ path, bytes: statSync(path).size });
      return readFileSync(path, 'utf8');
    };
    expect(await exported('lcov')).toMatch(new RegExp(`^DA:${client.line('leaf')},8$`, 'm'));
    expect(await exported('folded')).toMatch(/^.*main;outer;middle;leaf \d+$/m);
    const events = JSON.parse(await exported('trace-event', { thread: 0 }));
    expect(JSON.stringify(events)).toContain('"factorial"');
    expect((await exported('perf-script')).split('\n').length).toBeGreaterThan(60);
    expect(await client.dap.failing('bts/export', { path: folder, to: 'lcov' })).toContain(
      'could not be written',
    );
  });
});

test('bad arguments are named', async () => {
  const client = await stopped();
  const { record } = await client.cursor();
  const from = client.dap.messages.length;
  const bad: readonly [string, object, string | RegExp][] = [
    ['bts/state', { thread: 0 }, 'no argument "thread"'],
    ['bts/rows', {}, '"thread" is missing: it must be a whole number'],
    ['bts/rows', { thread: 7 }, 'no thread 7'],
    ['bts/rows', { thread: '0' }, '"thread" is "0"'],
    ['bts/rows', { thread: 0, count: 0 }, '"count" is 0: it must be a whole number from 1'],
    [
      'bts/rows',
      { thread: 0, anchor: { at: 'middle' } },
      '"anchor.at" is "middle": it must be one of end, start',
    ],
    ['bts/rows', { thread: 0, filter: { kinds: ['jump'] } }, '"filter.kinds[0]" is "jump"'],
    ['bts/rows', { thread: 0, filter: { text: { text: '(', regex: true } } }, 'is not a regular expression'],
    ['bts/rows', { thread: 0, filter: { colour: 'red' } }, 'no argument "filter.colour"'],
    ['bts/goto', { thread: 0 }, '"direction" is missing'],
    ['bts/goto', { thread: 0, to: 'middle' }, '"to" is "middle"'],
    ['bts/goto', { thread: 0, record: 1, instruction: 999 }, 'no instruction 999 at record 1'],
    ['bts/goto', { thread: 0, direction: 'back', by: 'mile' }, '"by" is "mile"'],
    [
      'bts/goto',
      { thread: 0, direction: 'back', by: 'breakpoint', addresses: ['zz'] },
      '"zz" is not an address',
    ],
    ['bts/goto', { thread: 9, to: 'start' }, 'no thread 9'],
    ['bts/search', { thread: 0, direction: 'back' }, '"pattern" is missing'],
    ['bts/search', { thread: 0, direction: 'up', pattern: { text: 'x' } }, '"direction" is "up"'],
    [
      'bts/search',
      { thread: 0, direction: 'back', pattern: { text: '[', regex: true } },
      'is not a regular expression',
    ],
    ['bts/callTree', { thread: 0, levels: 0 }, '"levels" is 0'],
    ['bts/callTree', { thread: 3 }, 'no thread 3'],
    ['bts/counts', { thread: 5 }, 'no thread 5'],
    ['bts/recorder', {}, '"action" is missing'],
    ['bts/recorder', { action: 'explode' }, '"action" is "explode"'],
    ['bts/recorder', { action: 'size', records: 5000 }, 'fixed while the program runs'],
    ['bts/save', {}, '"path" is missing'],
    ['bts/save', { path: '' }, '"path" is "": it must be the path of a file'],
    ['bts/export', { path: 'x', to: 'pdf' }, '"to" is "pdf": it must be one of'],
    ['bts/export', { path: join(folder, 'x'), to: 'lcov', thread: 9 }, 'no thread 9'],
  ];
  for (const [command, args, text] of bad) {
    const response = await client.dap.rawRequest(command, args);
    expect(response.success, `${command} ${JSON.stringify(args)}`).toBe(false);
    expect(response.message).toContain(text);
    // None of them is a bug of ours.
    expect(response.body.error.variables.code).toMatch(/^bad-|^size-fixed$/);
  }
  expect(client.events(from)).toEqual([]);
  expect(await client.cursor()).toMatchObject({ record, live: true });
  expect((await client.request('bts/state', {})).recorder.recording).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
});
