import { expect, test } from 'vitest';
import { HistoryClient } from './history-client';
import { expectNoProcess, useSessions } from './session';

useSessions();

/** The `supportsStepBack` the client has been told, in order, each with the number of stops told before it. */
function stepBackFlags({ dap }: HistoryClient): { on: boolean; stops: number }[] {
  let stops = 0;
  return dap.messages.flatMap((m) => {
    if (m.type !== 'event' || !('event' in m)) return [];
    if (m.event === 'stopped') stops++;
    const on = m.event === 'capabilities' ? m.body.capabilities.supportsStepBack : undefined;
    return on === undefined ? [] : [{ on, stops }];
  });
}

test('step back is offered just before the first stop with a history, once', async () => {
  const client = await HistoryClient.launch('history', { at: ['outer-first', 'main-print'] });
  expect((await client.dap.request('threads')).threads).toBeDefined();
  await client.dap.request('configurationDone');
  await client.dap.stopped('breakpoint');
  expect(stepBackFlags(client)).toEqual([{ on: true, stops: 0 }]);
  const events = client.events();
  expect(events.indexOf('capabilities')).toBeLessThan(events.indexOf('stopped'));
  await client.move('stepBack');
  await client.move('continue');
  await client.move('continue');
  expect(stepBackFlags(client)).toEqual([{ on: true, stops: 0 }]);
});

test('without a recorder there is no step back, and the reason is told', async () => {
  const client = await HistoryClient.stopped('history', {
    at: ['outer-first'],
    branchHistory: { recorder: 'off' },
  });
  expect(stepBackFlags(client).filter(({ on }) => on)).toEqual([]);
  const { recorder, threads, cursor } = await client.request('bts/state', {});
  expect(recorder).toMatchObject({
    recorder: 'off',
    recording: false,
    why: expect.stringContaining('off in launch.json'),
  });
  expect({ threads, cursor }).toEqual({ threads: [], cursor: undefined });
  for (const command of ['stepBack', 'reverseContinue'])
    expect(await client.dap.failing(command, { threadId: 1 })).toMatch(
      /no branch history|off in launch\.json/,
    );
  for (const [command, args] of [
    ['bts/rows', { thread: 0 }],
    ['bts/goto', { thread: 0, to: 'start' }],
    ['bts/search', { thread: 0, pattern: { text: 'x' }, direction: 'back' }],
    ['bts/callTree', { thread: 0 }],
    ['bts/counts', {}],
    ['bts/recorder', { action: 'on' }],
    ['bts/save', { path: '/dev/null' }],
    ['bts/export', { path: '/dev/null', to: 'lcov' }],
  ] as const)
    expect(await client.dap.failing(command, args)).toContain('off in launch.json');
  // The session itself is as ever.
  expect(await client.moves('next', 2)).toEqual(['outer-loop', 'outer-call']);
});

test('startAt manual: nothing, until recording is switched on', async () => {
  const client = await HistoryClient.stopped('history', {
    at: ['outer-first'],
    branchHistory: { startAt: 'manual' },
  });
  expect(stepBackFlags(client)).toEqual([]);
  expect(await client.dap.failing('stepBack', { threadId: 1 })).toContain('no branch history');
  const before = await client.request('bts/state', {});
  expect(before.recorder).toMatchObject({ recorder: 'valgrind', recording: false });
  const after = await client.request('bts/recorder', { action: 'on' });
  expect(after.recorder).toMatchObject({ recording: true });
  await client.breakpoints('outer-secret');
  await client.move('continue');
  expect(stepBackFlags(client)).toEqual([{ on: true, stops: 1 }]);
  expect(await client.moves('stepBack', 2)).toEqual(['outer-loop', 'outer-call']);
  await client.breakpoints();
  const { stop } = await client.move('reverseContinue');
  expect(stop.description).toContain('the history begins here');
  // Recording begins with the next superblock: behind the jump to the condition.
  expect(await client.place()).toMatchObject({ at: 'outer-loop' });
  // Without a history again, it is no longer offered.
  await client.move('continue');
  await client.request('bts/recorder', { action: 'off' });
  await client.breakpoints('main-print', 'main-done');
  await client.move('continue');
  expect(await client.request('bts/recorder', { action: 'clear' })).toMatchObject({
    threads: [{ records: 0 }],
  });
  expect(await client.dap.failing('stepBack', { threadId: 1 })).toContain('no branch history');
  expect((await client.move('continue')).at).toBe('main-done');
  expect(stepBackFlags(client)).toEqual([
    { on: true, stops: 1 },
    { on: false, stops: 7 },
  ]);
});

test('a pause in the history does nothing', async () => {
  const client = await HistoryClient.stopped('history', { at: ['outer-secret'] });
  await client.move('stepBack');
  const from = client.dap.messages.length;
  await client.dap.request('pause', { threadId: 1 });
  await new Promise((r) => setTimeout(r, 200));
  expect(client.events(from)).toEqual([]);
  expect((await client.move('stepBack')).at).toBe('outer-call');
});

test('disconnecting in the history ends everything at once', async () => {
  const client = await HistoryClient.stopped('history', { at: ['outer-secret'] });
  await client.move('stepBack');
  expect(await client.dap.disconnect()).toBeLessThan(1500);
  await expectNoProcess();
  expect(client.dap.text('stdout')).toBe('');
});

test('terminating in the history ends the program', async () => {
  const client = await HistoryClient.stopped('history', { at: ['outer-secret'] });
  await client.move('stepBack');
  await client.dap.request('terminate');
  await client.dap.event('terminated');
  expect(client.dap.text('stdout')).toBe('');
});

test('movements asked for before the last one has ended follow one another, and none runs the program', async () => {
  const client = await HistoryClient.stopped('history', { at: ['main-print'] });
  await client.breakpoints();
  const { dap } = client;
  const answers = [
    ...Array.from({ length: 5 }, () => dap.request('stepBack', { threadId: 1 })),
    dap.request('continue', { threadId: 1 }),
    dap.request('continue', { threadId: 1 }),
  ];
  await Promise.all(answers);
  const stops = [];
  for (let i = 0; i < 7; i++) stops.push((await dap.stopped()).description);
  expect(stops.slice(0, 4).every((text) => text?.startsWith('in history'))).toBe(true);
  expect(stops.slice(5)).toEqual(['back at the live end', 'back at the live end']);
  expect((await client.cursor()).live).toBe(true);
  expect(dap.text('stdout')).toBe('');
});

test('a step back at once after the stop, while older records are still being read', async () => {
  const args = Array(20_000).fill('x');
  const client = await HistoryClient.launch('history', { args, at: ['outer-secret'] });
  await client.dap.request('configurationDone');
  await client.dap.stopped();
  expect((await client.move('stepBack')).at).toBe('outer-loop');
  await client.breakpoints('outer-first');
  const first = await client.move('reverseContinue');
  expect(first).toMatchObject({
    at: 'outer-first',
    stop: { description: 'in history, 140,001 branches ago' },
  });
});

test('the program may end, and its history be looked at, but not walked, afterwards', async () => {
  const client = await HistoryClient.stopped('history', { at: ['main-print'] });
  expect(await client.dap.toExit()).toBe(7);
  const { threads } = await client.request('bts/state', {});
  expect(threads).toMatchObject([{ thread: 0, records: expect.any(Number) }]);
  expect(threads[0]!.stopPc).toBeUndefined();
  const { rows } = await client.request('bts/rows', { thread: 0, count: 50 });
  expect(JSON.stringify(rows)).toContain('"event":"exit"');
  const from = client.dap.messages.length;
  for (const [command, args] of [
    ['stepBack', { threadId: 1 }],
    ['reverseContinue', { threadId: 1 }],
    ['bts/goto', { thread: 0, to: 'start' }],
  ] as const)
    expect(await client.dap.failing(command, args)).toContain('ended');
  expect(client.events(from)).toEqual([]);
});

test('while the program runs the history is not read', async () => {
  const client = await HistoryClient.launch('spin', {});
  await client.dap.request('configurationDone');
  await client.dap.untilText('stdout', 'ready');
  for (const [command, args] of [
    ['bts/rows', { thread: 0 }],
    ['bts/goto', { thread: 0, to: 'start' }],
    ['bts/state', {}],
  ] as const)
    expect(await client.dap.failing(command, args)).toContain('Pause it first');
  await client.dap.request('pause', { threadId: 1 });
  await client.dap.stopped('pause');
  expect((await client.request('bts/state', {})).threads[0]!.records).toBeGreaterThan(0);
});

test('a pause in a system call that waits: the way there is known', async () => {
  const client = await HistoryClient.launch('spin', { args: ['sleep'] });
  await client.dap.request('configurationDone');
  await client.dap.untilText('stdout', 'ready');
  await client.dap.request('pause', { threadId: 1 });
  await client.dap.stopped('pause');
  const live = await client.place();
  const { rows } = await client.request('bts/rows', { thread: 0, count: 20 });
  expect(rows.map(({ kind }) => kind)).not.toContain('gap');
  expect(rows.at(-1)).toMatchObject({ kind: 'tail', to: { address: `0x${live.pc.toString(16)}` } });
  const back = await client.move('stepBack', { granularity: 'instruction' });
  expect(back.stop.description).toBe('in history, 0 branches ago');
  expect(live.pc - back.pc).toBe(2n);
  expect((await client.move('next', { granularity: 'instruction' })).stop.description).toBe(
    'back at the live end',
  );
});
