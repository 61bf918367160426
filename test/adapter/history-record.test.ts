import { describe, expect, test } from 'vitest';
import { allRows, texts } from './all-rows';
import { HistoryClient } from './history-client';
import { useSessions } from './session';

useSessions();

describe('where recording begins', () => {
  test('startAt main: at the first line of main', async () => {
    const client = await HistoryClient.stopped('history', { at: ['main-outer'] });
    const { threads } = await client.request('bts/state', {});
    expect(threads).toMatchObject([{ beginning: 'start' }]);
    const rows = await allRows(client);
    expect(rows[0]).toMatchObject({
      kind: 'event',
      event: 'gap',
      reason: 'start',
      to: { function: 'main', line: client.line('main') },
    });
    const { at } = await client.goto({ thread: 0, to: 'start' });
    expect(at).toBe('main');
  });

  test('startAt a function', async () => {
    const client = await HistoryClient.stopped('history', {
      at: ['main-qsort'],
      branchHistory: { startAt: 'factorial' },
    });
    const { at } = await client.goto({ thread: 0, to: 'start' });
    expect(at).toBe('factorial');
    const rows = await allRows(client);
    expect(rows.filter((row) => row.kind === 'branch' && row.branch === 'call')).toHaveLength(3);
    expect(rows.filter((row) => row.kind === 'branch' && row.branch === 'ret')).toHaveLength(4);
  });

  test('startAt entry: the dynamic linker too', async () => {
    const client = await HistoryClient.stopped('history', {
      at: ['main'],
      branchHistory: { startAt: 'entry' },
    });
    expect((await client.request('bts/state', {})).threads[0]!.records).toBeGreaterThan(5000);
    const { body } = await client.goto({ thread: 0, to: 'start' });
    expect(body.cursor.place.module).toMatch(/^ld-linux/);
    expect((await client.goto({ thread: 0, to: 'end' })).at).toBe('main');
  });

  test('startAt what is not there: from the entry, and a message', async () => {
    const client = await HistoryClient.stopped('history', {
      at: ['main'],
      branchHistory: { startAt: 'no_such_function' },
    });
    expect((await client.request('bts/state', {})).threads[0]!.records).toBeGreaterThan(5000);
    expect(client.dap.text('console')).toContain(
      'begins at the program\'s entry: there is no function "no_such_function" (branchHistory.startAt)',
    );
  });

  test('startAt is passed at every call, and begins at the first', async () => {
    const client = await HistoryClient.stopped('history', {
      at: ['outer-secret'],
      branchHistory: { startAt: 'leaf' },
    });
    await client.breakpoints('leaf');
    expect(await client.moves('reverseContinue', 8)).toEqual(Array(8).fill('leaf'));
    expect((await client.move('reverseContinue')).stop.description).toContain('the history begins here');
  });
});

test('records: the newest are kept, and the loss is told', async () => {
  const args = Array(600).fill('x');
  const client = await HistoryClient.stopped('history', {
    args,
    at: ['outer-secret'],
    branchHistory: { records: 1000 },
  });
  const { threads, recorder } = await client.request('bts/state', {});
  expect(recorder.records).toBe(1000);
  expect(threads[0]).toMatchObject({ records: 1000, beginning: 'older records dropped' });
  await client.breakpoints('outer-first');
  const start = await client.move('reverseContinue');
  expect(start.stop.description).toBe(
    'in history, 1,000 branches ago; the history begins here (older records dropped)',
  );
  expect((await client.frames()).at(-1)).toMatchObject({
    presentationHint: 'label',
    name: expect.stringContaining('older records dropped'),
  });
  const { rows } = await client.request('bts/rows', { thread: 0, anchor: { at: 'start' }, count: 5 });
  expect(rows[0]).toMatchObject({ kind: 'gap', reason: 'older records dropped' });
  await client.breakpoints();
  expect((await client.move('continue')).stop.description).toBe('back at the live end');
});

describe('from stop to stop', () => {
  test('the history goes on without a gap, and back over all stops', async () => {
    const client = await HistoryClient.stopped('history', {
      at: ['outer-first', 'main-print', 'main-qsort'],
    });
    expect((await client.move('stepBack')).at).toBe('main-outer');
    await client.move('continue');
    expect((await client.move('continue')).at).toBe('main-print');
    expect((await client.move('continue')).at).toBe('main-qsort');
    const { rows, older } = await client.request('bts/rows', { thread: 0, count: 2000 });
    expect(older).toBe(false);
    expect(
      texts(rows)
        .slice(1)
        .filter((text) => text !== 'branch' && text !== 'loop'),
    ).toEqual(['tail']);
    expect(await client.moves('reverseContinue', 2)).toEqual(['main-print', 'outer-first']);
    expect((await client.move('reverseContinue')).stop.description).toContain('the history begins here');
    expect(await client.moves('continue', 3)).toEqual(['outer-first', 'main-print', 'main-qsort']);
    expect((await client.cursor()).live).toBe(true);
  });

  test('twenty live steps, and twenty back', async () => {
    const client = await HistoryClient.stopped('history', { at: ['outer-first'] });
    const live = ['outer-first', ...(await client.moves('next', 15))];
    expect(live.slice(0, 6)).toEqual([
      'outer-first',
      'outer-loop',
      'outer-call',
      'outer-loop',
      'outer-call',
      'outer-loop',
    ]);
    expect(live.slice(-5)).toEqual([
      'outer-return',
      'outer-close',
      'main-print',
      'main-flush',
      'main-factorial',
    ]);
    const rows = await allRows(client);
    expect(texts(rows).slice(1, -1)).toEqual(Array(rows.length - 2).fill('branch'));
    // Over the call of outer: what was stepped through is one line of main.
    expect(await client.moves('stepBack', 4)).toEqual([
      'main-flush',
      'main-print',
      'main-outer',
      'main-turns',
    ]);
    await client.breakpoints('outer-return');
    expect(await client.moves('continue', 1)).toEqual(['outer-return']);
    expect(await client.moves('stepBack', 11)).toEqual(live.slice(0, 11).reverse());
  });

  test('breakpoints, steps and evaluations at a stop leave no trace in the history', async () => {
    const client = await HistoryClient.stopped('history', { at: ['outer-secret'] });
    const before = await allRows(client);
    expect(await client.dap.evaluate('middle(3)')).toBe('16');
    await client.dap.request('setExpression', { expression: 'secret', value: '5' });
    // Where the thread stands is the same; what led there after the last branch is shown from the call on.
    expect((await allRows(client)).slice(0, -1)).toEqual(before.slice(0, -1));
    const { rows } = await client.request('bts/rows', {
      thread: 0,
      fold: false,
      debugger: true,
      count: 2000,
    });
    const inCall = rows.filter((row) => 'debugger' in row && row.debugger);
    expect(inCall.filter((row) => row.kind === 'branch')).toMatchObject(
      ['call', 'ret', 'call', 'ret', 'ret'].map((branch) => ({ branch })),
    );
    const beside = rows.filter((row) => !inCall.includes(row)).slice(before.length - 1, -1);
    expect(beside).toMatchObject([
      { kind: 'event', event: 'debugger', action: 'call' },
      { kind: 'gap', reason: 'unknown' },
    ]);
    // The cursor passes them over.
    await client.breakpoints('leaf');
    expect((await client.move('reverseContinue')).at).toBe('leaf');
    expect((await client.frames()).map(({ name }) => name).slice(0, 4)).toEqual([
      'leaf',
      'middle',
      'outer',
      'main',
    ]);
    expect((await client.move('stepOut')).at).toBe('middle-second');
    await client.breakpoints();
    await client.move('continue');
    expect((await client.move('next')).at).toBe('outer-return');
    expect(await client.moves('stepBack', 2)).toEqual(['outer-secret', 'outer-loop']);
  });

  test("the debugger's jump is told, and stepped over", async () => {
    const client = await HistoryClient.stopped('history', { at: ['outer-first'] });
    await client.breakpoints();
    const { path } = (await client.dap.topFrame()).source!;
    const { targets } = await client.dap.request('gotoTargets', {
      source: { path },
      line: client.line('outer-return'),
    });
    await client.dap.request('goto', { threadId: 1, targetId: targets[0].id });
    await client.dap.stopped('goto');
    expect(await client.place()).toMatchObject({ at: 'outer-return' });
    expect((await client.move('next')).at).toBe('outer-close');
    const rows = await allRows(client);
    expect(rows.find((row) => row.kind === 'event' && row.event === 'debugger')).toMatchObject({
      action: 'jump',
      from: { function: 'outer', line: client.line('outer-first') },
      to: { function: 'outer', line: client.line('outer-return') },
    });
    expect(await client.moves('stepBack', 2)).toEqual(['outer-return', 'outer-first']);
  });
});
