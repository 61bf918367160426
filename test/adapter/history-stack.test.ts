import type { DebugProtocol } from '@vscode/debugprotocol';
import { expect, test } from 'vitest';
import { HistoryClient } from './history-client';
import { useSessions } from './session';

useSessions();

const text = (client: HistoryClient, frames: readonly DebugProtocol.StackFrame[]) =>
  frames.filter((f) => f.presentationHint !== 'label').map((f) => `${f.name} ${client.name(f)}`);

test('the stack in the history is the live stack of that moment', async () => {
  const client = await HistoryClient.stopped('history', {
    args: ['x', 'x'],
    at: ['leaf', 'middle-return', 'outer-secret'],
  });
  const live: string[][] = [];
  while (!live.at(-1)?.[0]?.includes('outer-secret')) {
    live.push(text(client, await client.frames()));
    await client.move('continue');
    if ((await client.place()).at === 'outer-secret') break;
  }
  expect(live).toHaveLength(6);
  expect(live[0]).toEqual(['leaf leaf', 'middle middle-first', 'outer outer-call', 'main main-outer']);
  const past: string[][] = [];
  for (let i = 0; i < 6; i++) {
    await client.move('reverseContinue');
    past.push(text(client, await client.frames()));
  }
  expect(past).toEqual(live.reverse());
});

test('the frame at the cursor is normal, its callers are subtle, and a label tells where the record begins', async () => {
  const client = await HistoryClient.stopped('history', { at: ['leaf-return'] });
  const live = await client.frames();
  await client.move('stepBack');
  const frames = await client.frames();
  expect(frames.map((f) => f.presentationHint)).toEqual(['normal', 'subtle', 'subtle', 'subtle', 'label']);
  expect(frames.map((f) => f.name)).toEqual([
    'leaf',
    'middle',
    'outer',
    'main',
    expect.stringContaining('no callers recorded'),
  ]);
  const label = frames.at(-1)!;
  expect(label).toMatchObject({ line: 0 });
  expect(label.source).toBeUndefined();
  expect(label.instructionPointerReference).toBeUndefined();
  for (const frame of frames.slice(0, -1)) expect(frame.instructionPointerReference).toMatch(/^0x[0-9a-f]+$/);
  for (const frame of frames.slice(0, -1))
    expect(frame.source).toMatchObject({ name: 'history.c', path: live[0]!.source!.path });
  expect(new Set(frames.map(({ id }) => id)).size).toBe(frames.length);
  const liveIds = new Set(live.map(({ id }) => id));
  expect(frames.some(({ id }) => liveIds.has(id))).toBe(false);
});

test('pages of the stack are parts of the whole', async () => {
  const client = await HistoryClient.stopped('history', { at: ['leaf-return'] });
  await client.move('stepBack');
  const whole = await client.dap.request('stackTrace', { threadId: 1 });
  expect(whole.totalFrames).toBe(5);
  for (const [startFrame, levels] of [
    [0, 1],
    [0, 20],
    [1, 2],
    [3, 20],
    [5, 1],
    [7, 3],
  ] as const) {
    const page = await client.dap.request('stackTrace', { threadId: 1, startFrame, levels });
    expect(page).toEqual({
      stackFrames: whole.stackFrames.slice(startFrame, startFrame + levels),
      totalFrames: 5,
    });
  }
  // DAP: levels 0 or absent is all of them.
  expect((await client.frames(1, { levels: 0 })).length).toBe(5);
});

test('callers from before the record began are not made up', async () => {
  const client = await HistoryClient.stopped('history', {
    args: ['x'],
    at: ['outer-return'],
    branchHistory: { startAt: 'middle' },
  });
  const [breakpoint] = await client.breakpoints('leaf');
  expect(breakpoint!.verified).toBe(true);
  await client.moves('reverseContinue', 2);
  expect(text(client, await client.frames())).toEqual(['leaf leaf', 'middle middle-first']);
  expect((await client.frames()).at(-1)).toMatchObject({
    presentationHint: 'label',
    name: expect.stringContaining('start'),
  });
  // The record shows the return into outer, and so that outer called.
  await client.breakpoints();
  expect(await client.moves('stepOut', 2)).toEqual(['middle-first', 'outer-call']);
  expect(text(client, await client.frames())).toEqual(['outer outer-call']);
});

test('recorded from the first instruction, the stack goes down to it', async () => {
  const client = await HistoryClient.stopped('history', {
    at: ['leaf-return'],
    branchHistory: { startAt: 'entry' },
  });
  await client.move('stepBack');
  const names = (await client.frames()).map(({ name }) => name);
  expect(names.slice(0, 4)).toEqual(['leaf', 'middle', 'outer', 'main']);
  expect(names).toContain('_start');
});

test('inlined functions have frames of their own, as live', async () => {
  const client = await HistoryClient.stopped('history_cpp', { file: 'history_cpp.cc', at: ['twice-return'] });
  const live = text(client, await client.frames());
  expect(live[0]).toMatch(/^twice.* twice-return$/);
  await client.move('stepBack');
  const past = await client.frames();
  expect(text(client, past).map((t) => t.replace(/\(.*?\)/, ''))).toEqual([
    'twice twice',
    'main inline-call',
  ]);
  expect(past.map((f) => f.presentationHint)).toEqual(['normal', 'subtle', 'label']);
});

test('a deep recursion is shown whole', async () => {
  const client = await HistoryClient.stopped('history', { at: ['factorial-return'] });
  await client.move('stepBack');
  expect(text(client, await client.frames())).toEqual([
    'factorial factorial-if',
    ...Array(3).fill('factorial factorial-call'),
    'main main-factorial',
  ]);
});

test('at the live end the stack is the live one again', async () => {
  const client = await HistoryClient.stopped('history', { at: ['leaf-return'] });
  const live = await client.frames();
  await client.move('stepBack');
  await client.move('next');
  expect(
    (await client.frames()).map(({ name, line, presentationHint }) => ({ name, line, presentationHint })),
  ).toEqual(live.map(({ name, line, presentationHint }) => ({ name, line, presentationHint })));
  expect((await client.dap.locals())['doubled']!.value).toBe('0');
});
