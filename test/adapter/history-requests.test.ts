import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { branches, HistoryClient } from './history-client';
import { useSessions } from './session';

useSessions();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bts-history-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Four turns of outer, of six branches each and the loop's own; stopped behind them. */
const stopped = () => HistoryClient.stopped('history', { at: ['outer-secret'] });

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
