import { expect, test } from 'vitest';
import { HistoryClient } from './history-client';
import { useSessions } from './session';

useSessions();

const NO_MORE = expect.stringContaining('the history begins here');
const said = (client: HistoryClient, text: string) => client.dap.text('console').split(text).length - 1;

test('in reverse every hit of a loop is stopped at, newest first, and again forward', async () => {
  const client = await HistoryClient.stopped('history', { at: ['main-print'] });
  const [leaf, second] = await client.breakpoints('leaf', 'middle-second');
  const back = [];
  for (;;) {
    const { at, stop } = await client.move('reverseContinue');
    if (stop.reason !== 'breakpoint') {
      expect(stop).toMatchObject({ reason: 'step', description: NO_MORE });
      break;
    }
    expect(stop.hitBreakpointIds).toEqual([at === 'leaf' ? leaf!.id : second!.id]);
    back.push({ at, ...(await client.cursor()) });
  }
  expect(back.map(({ at }) => at)).toEqual(Array(4).fill(['leaf', 'middle-second', 'leaf']).flat());
  const ago = back.map(({ branchesAgo }) => branchesAgo);
  expect(ago).toEqual([...new Set(ago)].sort((a, b) => a - b));
  const forward = [];
  for (let i = 0; i < 12; i++)
    forward.push({ at: (await client.move('continue')).at, ...(await client.cursor()) });
  expect(forward).toEqual(back.reverse());
  expect(await client.move('continue')).toMatchObject({
    at: 'main-print',
    stop: { description: 'back at the live end' },
  });
  expect(client.dap.text('stdout')).toBe('');
});

test('breakpoints set in the past count for both directions, and for the running program', async () => {
  const client = await HistoryClient.stopped('history', { at: ['outer-secret'] });
  await client.move('stepBack');
  const [set, later] = await client.breakpoints('middle-return', 'main-done');
  expect([set, later]).toMatchObject([{ verified: true }, { verified: true }]);
  expect((await client.move('reverseContinue')).stop.hitBreakpointIds).toEqual([set!.id]);
  expect((await client.move('reverseContinue')).stop.hitBreakpointIds).toEqual([set!.id]);
  expect((await client.move('continue')).stop.hitBreakpointIds).toEqual([set!.id]);
  expect((await client.move('continue')).stop.description).toBe('back at the live end');
  expect(await client.move('continue')).toMatchObject({
    at: 'main-done',
    stop: { reason: 'breakpoint', hitBreakpointIds: [later!.id] },
  });
  // Cleared ones do not count, in no direction.
  await client.breakpoints();
  expect((await client.move('reverseContinue')).stop.description).toContain('the history begins here');
});

test('conditions are not evaluated, and the stop says so', async () => {
  const client = await HistoryClient.stopped('history', { at: ['outer-secret'] });
  const [first, plain] = await client.breakpoints({ at: 'leaf', condition: 'n == 0' }, 'middle-first');
  expect(first!.verified).toBe(true);
  expect((await client.move('reverseContinue')).stop).toMatchObject({
    reason: 'breakpoint',
    description: expect.stringMatching(
      /^in history, \d+ branches ago; condition not evaluated: values are not recorded$/,
    ),
    hitBreakpointIds: [first!.id],
  });
  await client.move('reverseContinue');
  const { stop } = await client.move('reverseContinue');
  expect(stop).toMatchObject({
    hitBreakpointIds: [plain!.id],
    description: expect.not.stringContaining('condition'),
  });
});

test('hit counts are ignored, which is said once', async () => {
  const client = await HistoryClient.stopped('history', { at: ['outer-secret'] });
  const [breakpoint] = await client.breakpoints({ at: 'leaf', hitCondition: '5' });
  for (let i = 0; i < 3; i++)
    expect((await client.move('reverseContinue')).stop.hitBreakpointIds).toEqual([breakpoint!.id]);
  expect(said(client, 'Hit counts are ignored in the history')).toBe(1);
});

test('logpoints print what they can and do not stop', async () => {
  const client = await HistoryClient.stopped('history', { at: ['outer-secret'] });
  await client.breakpoints({ at: 'leaf', logMessage: 'leaf of {n} at last' }, { at: 'outer-first' });
  expect((await client.move('reverseContinue')).at).toBe('outer-first');
  expect(said(client, '(history) leaf of <n: not recorded> at last\n')).toBe(8);
  expect((await client.move('continue')).stop.description).toBe('back at the live end');
  expect(said(client, '(history) leaf of <n: not recorded> at last\n')).toBe(16);
});

test('a logpoint and a breakpoint at one place: both', async () => {
  const client = await HistoryClient.stopped('history', { at: ['outer-secret'] });
  await client.breakpoints({ at: 'leaf', logMessage: 'passing' });
  const { breakpoints } = await client.dap.request('setFunctionBreakpoints', {
    breakpoints: [{ name: 'leaf' }],
  });
  expect((await client.move('reverseContinue')).stop.hitBreakpointIds).toEqual([breakpoints[0].id]);
  expect(said(client, '(history) passing\n')).toBe(1);
});

test('data breakpoints are skipped, which is said once', async () => {
  const client = await HistoryClient.stopped('history', { at: ['outer-return'] });
  const { id: frameId } = await client.dap.topFrame();
  const { dataId } = await client.dap.request('dataBreakpointInfo', { name: 'secret', frameId });
  const { breakpoints } = await client.dap.request('setDataBreakpoints', {
    breakpoints: [{ dataId, accessType: 'write' }],
  });
  expect(breakpoints).toMatchObject([{ verified: true }]);
  await client.breakpoints('outer-first');
  expect((await client.move('reverseContinue')).at).toBe('outer-first');
  await client.move('continue');
  expect(said(client, 'Data breakpoints do not stop in the history')).toBe(1);
});

test('function and instruction breakpoints stop in reverse', async () => {
  const client = await HistoryClient.stopped('history', { at: ['outer-secret'] });
  await client.breakpoints();
  const { breakpoints } = await client.dap.request('setFunctionBreakpoints', {
    breakpoints: [{ name: 'middle' }],
  });
  const stopped = await client.move('reverseContinue');
  expect(stopped).toMatchObject({ at: 'middle-first', stop: { hitBreakpointIds: [breakpoints[0].id] } });
  await client.dap.request('setFunctionBreakpoints', { breakpoints: [] });
  // The instruction behind: its exact address.
  const { pc } = await client.move('stepIn', { granularity: 'instruction' });
  const set = await client.dap.request('setInstructionBreakpoints', {
    breakpoints: [{ instructionReference: `0x${pc.toString(16)}` }],
  });
  for (let i = 0; i < 3; i++) {
    const hit = await client.move('reverseContinue');
    expect(hit.pc).toBe(pc);
    expect(hit.stop.hitBreakpointIds).toEqual([set.breakpoints[0].id]);
  }
  expect((await client.move('reverseContinue')).stop.description).toContain('the history begins here');
});

test('disabled breakpoints, and those of GDB itself', async () => {
  const client = await HistoryClient.stopped('history', { at: ['outer-secret'] });
  const [leaf] = await client.breakpoints('leaf', 'outer-first');
  await client.dap.request('evaluate', { expression: `>disable ${leaf!.id}`, context: 'repl' });
  expect((await client.move('reverseContinue')).at).toBe('outer-first');
  await client.move('continue');
  await client.move('stepBack');
  // Set in the past, from the console.
  const { result } = await client.dap.request('evaluate', { expression: '>break middle', context: 'repl' });
  expect(result).toMatch(/^\[live\] Breakpoint \d+ at /);
  expect((await client.move('reverseContinue')).at).toBe('middle-first');
});

test('a breakpoint deep in a long past is found', async () => {
  const args = Array(3000).fill('x');
  const client = await HistoryClient.stopped('history', { args, at: ['outer-secret'] });
  await client.breakpoints('outer-first');
  const place = await client.move('reverseContinue');
  expect(place.at).toBe('outer-first');
  // jmp to the condition, then seven branches a turn, the last of which is not taken again.
  expect(place.stop.description).toBe('in history, 21,001 branches ago');
});
