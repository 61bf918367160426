import { expect, test } from 'vitest';
import { HistoryClient, type Place } from './history-client';
import { useSessions } from './session';

useSessions();

/** Movements with all kinds of steps; the same list is walked live and in the history. */
const WALK = [
  ...['stepIn', 'next', 'next', 'stepIn', 'next', 'stepOut', 'next', 'stepIn', 'stepIn', 'stepOut', 'stepIn'],
  ...['next', 'next', 'stepOut', 'stepIn', 'next', 'next', 'next', 'stepIn', 'stepOut', 'next', 'next'],
];

async function walk(client: HistoryClient, commands: readonly string[], args: object = {}): Promise<Place[]> {
  const places: Place[] = [];
  for (const command of commands) places.push(await client.move(command, args));
  return places;
}

const trail = (places: readonly Place[]) => places.map(({ at, pc }) => `${at} ${pc.toString(16)}`);

test('forward steps stop in the history where they stopped live, to the instruction', async () => {
  const client = await HistoryClient.stopped('history', { at: ['main-outer'] });
  const live = await walk(client, WALK);
  expect(new Set(live.map(({ at }) => at)).size).toBeGreaterThan(5);
  expect((await client.move('reverseContinue')).at).toBe('main-outer');
  expect(trail(await walk(client, WALK))).toEqual(trail(live));
  // The last of them is the live end: from here on the program runs.
  expect((await client.cursor()).live).toBe(true);
  expect((await client.move('next')).stop.description).toBeUndefined();
});

test('forward steps by instruction stop where they stopped live', async () => {
  const client = await HistoryClient.stopped('history', { at: ['middle-first'] });
  const { record, instruction } = await client.cursor();
  await client.breakpoints();
  const steps = Array.from({ length: 24 }, (_, i) => (i % 3 === 0 ? 'next' : 'stepIn'));
  const live = await walk(client, steps, { granularity: 'instruction' });
  expect((await client.goto({ thread: 0, record, instruction })).at).toBe('middle-first');
  const past = await walk(client, steps, { granularity: 'instruction' });
  expect(trail(past)).toEqual(trail(live));
  expect(past.at(-1)!.stop.description).toBe('back at the live end');
});

/** Where the way back from `live` leads that began at `start`. */
const reversed = (start: Omit<Place, 'stop'>, live: readonly Place[]) =>
  trail([{ ...start, stop: live[0]!.stop }, ...live.slice(0, -1)].reverse());

test('steps back by instruction go over calls: the live steps over, in reverse', async () => {
  const client = await HistoryClient.stopped('history', { at: ['outer-call'] });
  const start = await client.place();
  await client.breakpoints();
  const live = await walk(client, Array(10).fill('next'), { granularity: 'instruction' });
  const back = await walk(client, Array(10).fill('stepBack'), { granularity: 'instruction' });
  expect(trail(back)).toEqual(reversed(start, live));
  expect(new Set((await client.frames()).map(({ name }) => name))).not.toContain('middle');
});

test('single instructions back, into calls: the live ones in reverse', async () => {
  const client = await HistoryClient.stopped('history', { at: ['middle-first'] });
  const start = await client.place();
  await client.breakpoints();
  const live = await walk(client, Array(25).fill('stepIn'), { granularity: 'instruction' });
  const back: Place[] = [];
  for (let i = 0; i < 25; i++)
    back.push(await client.goto({ thread: 0, direction: 'back', by: 'instruction' }));
  expect(trail(back)).toEqual(reversed(start, live));
});

test('steps back by line go over calls, from the first line into the caller, and to the beginning of the record', async () => {
  const client = await HistoryClient.stopped('history', { args: ['1'], at: ['outer-return'] });
  expect(await client.moves('stepBack', 4)).toEqual([
    'outer-secret',
    'outer-loop',
    'outer-call',
    'outer-loop',
  ]);
  expect(await client.moves('stepBack', 3)).toEqual(['outer-first', 'main-outer', 'main-turns']);
  expect(await client.moves('stepBack', 1)).toEqual(['main']);
  const start = await client.move('stepBack');
  expect(start.stop).toMatchObject({
    reason: 'step',
    description: expect.stringContaining('the history begins here'),
  });
  expect(await client.move('stepBack')).toEqual(start);
  expect(await client.moves('next', 3)).toEqual(['main-turns', 'main-outer', 'outer-return']);
});

test('into and out, backwards: bts/goto', async () => {
  const client = await HistoryClient.stopped('history', { args: ['1'], at: ['outer-secret'] });
  const back = (by: 'into' | 'out' | 'over' | 'instruction' | 'branch') =>
    client.goto({ thread: 0, direction: 'back', by }).then(({ at }) => at);
  expect(await back('into')).toBe('outer-loop');
  expect(await back('into')).toBe('middle-close');
  expect(await back('into')).toBe('middle-return');
  expect(await back('into')).toBe('leaf-close');
  expect(await back('out')).toBe('middle-second');
  // From the call, in the midst of its line, to the line's beginning.
  expect(await back('over')).toBe('middle-second');
  expect(await back('out')).toBe('outer-call');
  // jl, then jmp to the condition; then the call of outer.
  expect(await back('branch')).toBe('outer-loop');
  expect(await back('branch')).toBe('outer-loop');
  expect(await back('branch')).toBe('main-outer');
});

test('forward past the end stops at the live end and never resumes; from there it does', async () => {
  const client = await HistoryClient.stopped('history', { args: ['1'], at: ['main-print'] });
  const { end } = (await client.request('bts/state', {})).threads[0]!;
  await client.breakpoints();
  for (const command of ['next', 'stepIn', 'stepOut', 'continue']) {
    await client.moves('stepBack', 2);
    const from = client.dap.messages.length;
    let place = await client.move(command);
    for (let i = 0; i < 40 && !place.stop.description?.includes('live end'); i++)
      place = await client.move(command);
    expect(place).toMatchObject({ at: 'main-print', stop: { description: 'back at the live end' } });
    expect(client.events(from)).not.toContain('continued');
    const { threads, cursor } = await client.request('bts/state', {});
    expect({ end: threads[0]!.end, live: cursor!.live }).toEqual({ end, live: true });
  }
  await new Promise((r) => setTimeout(r, 200));
  expect(client.dap.text('stdout')).toBe('');
  expect(await client.place()).toMatchObject({ at: 'main-print' });
  expect(await client.dap.toExit()).toBe(7);
  expect(client.dap.text('stdout')).toBe('sum 4\ndone 29\n');
});

test('granularity instruction reaches the live end exactly, and the next one runs the program', async () => {
  const client = await HistoryClient.stopped('history', { at: ['middle-second'] });
  const { pc } = await client.place();
  await client.moves('stepBack', 3, { granularity: 'instruction' });
  const forward = await walk(client, ['next', 'next', 'next'], { granularity: 'instruction' });
  expect(forward.map(({ stop }) => stop.description)).toEqual([
    'in history, 2 branches ago',
    'in history, 0 branches ago',
    'back at the live end',
  ]);
  expect((await client.place()).pc).toBe(pc);
  const live = await client.move('next', { granularity: 'instruction' });
  expect(live.stop.description).toBeUndefined();
  expect(live.pc).not.toBe(pc);
});

test('the description tells how many branches ago', async () => {
  const client = await HistoryClient.stopped('history', { at: ['outer-secret'] });
  // One turn: jl taken, call middle, call leaf, ret, call leaf, ret, ret.
  const ago = async () => (await client.move('stepBack', { granularity: 'statement' })).stop.description;
  expect(await ago()).toBe('in history, 0 branches ago');
  expect(await ago()).toBe('in history, 6 branches ago');
  expect(await ago()).toBe('in history, 7 branches ago');
  expect(await ago()).toBe('in history, 13 branches ago');
  const { record, branchesAgo } = await client.cursor();
  const { rows } = await client.request('bts/rows', {
    thread: 0,
    fold: false,
    anchor: { after: record - 1 },
  });
  expect(rows.filter(({ kind }) => kind === 'branch')).toHaveLength(branchesAgo);
  for (let i = 0; i < 3; i++) await client.move('stepIn', { granularity: 'instruction' });
  expect((await client.cursor()).branchesAgo).toBe(12);
});

test('one branch ago is one', async () => {
  const client = await HistoryClient.stopped('history', { at: ['leaf'] });
  const { stop } = await client.goto({ thread: 0, direction: 'back', by: 'branch' });
  expect(stop).toMatchObject({ reason: 'goto', description: 'in history, 1 branch ago' });
});

test('steps over recursion stay in their frame', async () => {
  const client = await HistoryClient.stopped('history', { at: ['factorial'] });
  await client.breakpoints('main-qsort');
  for (let i = 0; i < 1; i++) await client.move('continue');
  await client.breakpoints('factorial-return');
  // The outermost return is the newest hit; the second newest belongs to factorial(3).
  await client.moves('reverseContinue', 2);
  const depth = async () => (await client.frames()).filter(({ name }) => name === 'factorial').length;
  expect(await depth()).toBe(2);
  expect(await client.moves('stepBack', 3)).toEqual(['factorial-call', 'factorial-if', 'factorial']);
  expect(await depth()).toBe(2);
  expect(await client.moves('next', 3)).toEqual(['factorial-if', 'factorial-call', 'factorial-return']);
  expect(await depth()).toBe(2);
  expect((await client.move('stepOut')).at).toBe('factorial-call');
  expect(await depth()).toBe(1);
});

test('functions without line information are passed over with all they call back', async () => {
  const client = await HistoryClient.stopped('history', { at: ['main-add'] });
  const into = () => client.goto({ thread: 0, direction: 'back', by: 'into' }).then(({ at }) => at);
  expect(await into()).toBe('main-twice');
  expect(await client.moves('stepIn', 1)).toEqual(['main-add']);
  await client.breakpoints('called');
  expect(await client.moves('reverseContinue', 1)).toEqual(['called']);
  expect((await client.frames()).map(({ name }) => name).slice(0, 3)).toEqual([
    'called_back',
    'call_twice',
    'main',
  ]);
  // Backwards out of the second call: past the first one, to the line that called.
  expect(await client.moves('stepBack', 1)).toEqual(['main-twice']);
});

test('stepping into a library function never shows the dynamic linker at work', async () => {
  const client = await HistoryClient.stopped('history', { at: ['main-twice'] });
  await client.breakpoints('main-qsort');
  expect((await client.move('reverseContinue')).at).toBe('main-qsort');
  // Into qsort where its lines are known, else over it.
  const places = await client.moves('stepIn', 1);
  expect(places[0]).toMatch(/^(main-twice|compare|msort\.c:\d+|qsort\.c:\d+)$/);
});
