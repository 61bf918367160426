import { describe, expect, test } from 'vitest';
import { HistoryClient } from './history-client';
import { useSessions } from './session';

useSessions();

/** Signals do not stop the program by themselves. */
async function start(mode: string, ...at: string[]): Promise<HistoryClient> {
  const client = await HistoryClient.launch('history_events', { args: [mode], at });
  await client.dap.request('setExceptionBreakpoints', { filters: [] });
  await client.dap.request('configurationDone');
  await client.dap.stopped('breakpoint');
  return client;
}

/** Stopped by the signal that ends the program. */
async function crashed(mode: string): Promise<HistoryClient> {
  const client = await HistoryClient.launch('history_events', { args: [mode] });
  await client.dap.request('setExceptionBreakpoints', { filters: ['signal'] });
  await client.dap.request('configurationDone');
  await client.dap.stopped('exception');
  return client;
}

const functions = async (client: HistoryClient) =>
  (await client.frames()).filter((f) => f.presentationHint !== 'label').map(({ name }) => name);

describe('signals', () => {
  test('back out of a handler into the line it interrupted', async () => {
    const client = await start('signal', 'handler-second');
    expect(await client.moves('stepBack', 1)).toEqual(['handler']);
    // The instruction it interrupted is in the C library, which may have lines of its own.
    const back = [];
    for (let i = 0; i < 10 && back.at(-1) !== 'kill'; i++) back.push((await client.move('stepBack')).at);
    expect(back.filter((at) => !/\.[cS]:\d+$/.test(at))).toEqual(['kill']);
    expect(await client.moves('stepBack', 2)).toEqual(['before-kill', 'signalled']);
    // Forward over the line: its handler runs in it.
    expect((await client.move('next')).at).toBe('before-kill');
    expect((await client.move('next')).at).toBe('kill');
    expect(await client.move('next')).toMatchObject({
      at: 'handler-second',
      stop: { description: 'back at the live end' },
    });
  });

  test('back over a line in which a handler ran', async () => {
    const client = await start('signal', 'end');
    await client.breakpoints('after-kill');
    expect((await client.move('reverseContinue')).at).toBe('after-kill');
    expect(await client.moves('stepBack', 2)).toEqual(['kill', 'before-kill']);
    expect(await client.moves('next', 2)).toEqual(['kill', 'after-kill']);
    // The handler's own breakpoint stops in reverse.
    await client.breakpoints('handler');
    expect((await client.move('reverseContinue')).at).toBe('handler');
    const names = await functions(client);
    expect(names[0]).toBe('count');
    expect(names.slice(-2)).toEqual(['signalled', 'main']);
  });

  test('back into a loop that a timer interrupted', async () => {
    const client = await start('timer', 'handler');
    const { at } = await client.move('stepBack');
    expect(['spin', 'spin-while']).toContain(at);
    expect(await functions(client)).toEqual(['ticking', 'main']);
    const { at: before } = await client.move('stepBack');
    expect(before).toBe(at === 'spin' ? 'spin-while' : 'spin');
    const { rows } = await client.request('bts/rows', { thread: 0, count: 5 });
    expect(rows.find((row) => row.kind === 'event')).toMatchObject({
      event: 'signal',
      signal: 14,
      from: { function: 'ticking' },
      to: { function: 'count' },
    });
  });

  test('a fault that a handler left by siglongjmp: back over it, and back into it', async () => {
    const client = await start('fault', 'escaped');
    expect(await client.moves('stepBack', 1)).toEqual(['sigsetjmp']);
    expect(await functions(client)).toEqual(['faulting', 'main']);
    await client.breakpoints('escape');
    expect((await client.move('reverseContinue')).at).toBe('escape');
    expect((await functions(client)).slice(0, 3)).toEqual(['escape', 'fault', 'faulting']);
    expect(await client.moves('stepBack', 3)).toEqual(['fault', 'before-fault', 'call-fault']);
  });
});

describe('crashes', () => {
  test('a segmentation fault: back from the line that crashed', async () => {
    const client = await crashed('segv');
    expect(await client.place()).toMatchObject({ at: 'crash' });
    expect(await client.moves('stepBack', 4)).toEqual(['crash', 'crash-second', 'crash-first', 'call-crash']);
    expect(await client.moves('stepIn', 4)).toEqual(['crash-first', 'crash-second', 'crash', 'crash']);
    expect((await client.cursor()).live).toBe(true);
    expect(await client.dap.toExit()).toBe(128 + 11);
  });

  test('abort: back out of the C library to the line that called it', async () => {
    const client = await crashed('abort');
    const places = [];
    for (let i = 0; i < 60 && places.at(-1) !== 'abort'; i++) places.push((await client.move('stepBack')).at);
    expect(places.at(-1)).toBe('abort');
    expect(await functions(client)).toEqual(['give_up', 'main']);
    expect(await client.moves('stepBack', 3)).toEqual(['abort-second', 'abort-first', 'call-abort']);
    // Out of where it stands, at once.
    await client.goto({ thread: 0, to: 'end' });
    for (let i = 0; i < 8 && (await client.place()).at !== 'abort'; i++)
      await client.goto({ thread: 0, direction: 'back', by: 'out' });
    expect(await client.place()).toMatchObject({ at: 'abort' });
  });
});

describe('longjmp and exceptions', () => {
  test('back over a longjmp stays in the frame of setjmp, and into goes where it was called', async () => {
    const client = await start('longjmp', 'jumped');
    expect(await client.moves('stepBack', 4)).toEqual(['setjmp-if', 'call-deep', 'setjmp-if', 'setjmp']);
    expect(await functions(client)).toEqual(['jumping', 'main']);
    await client.breakpoints('longjmp');
    await client.dap.request('continue', { threadId: 1 });
    await client.dap.stopped();
    expect(await client.place()).toMatchObject({ at: 'longjmp' });
    expect(await functions(client)).toEqual(['deep', 'deep', 'deep', 'deep', 'jumping', 'main']);
    expect(await client.moves('stepOut', 1)).toEqual(['setjmp']);
    expect(await functions(client)).toEqual(['jumping', 'main']);
  });

  test('back over a throw, and into it', async () => {
    const client = await HistoryClient.launch('history_cpp', {
      file: 'history_cpp.cc',
      at: ['attempt-return'],
    });
    await client.dap.request('setExceptionBreakpoints', { filters: [] });
    await client.dap.request('configurationDone');
    await client.dap.stopped('breakpoint');
    await client.breakpoints('caught', 'throw');
    await client.move('continue');
    await client.move('continue');
    expect(await client.place()).toMatchObject({ at: 'caught' });
    const before = (await functions(client)).map((name) => name.replace(/\(.*/, ''));
    expect(before).toEqual(['attempt', 'main']);
    expect(await client.moves('stepBack', 3)).toEqual(['catch', 'try', 'attempt']);
    await client.breakpoints('destructor', 'throw');
    await client.move('continue');
    expect(await client.place()).toMatchObject({ at: 'throw' });
    expect((await functions(client)).map((name) => name.replace(/\(.*/, ''))).toEqual([
      'thrower',
      'between',
      'attempt',
      'main',
    ]);
    expect(await client.moves('stepBack', 2)).toEqual(['thrower-if', 'between']);
    // Unwinding runs the destructors, of thrower and of between.
    await client.move('continue');
    const unwound = [];
    for (let i = 0; i < 2; i++) {
      expect((await client.move('continue')).at).toBe('destructor');
      unwound.push((await client.frames())[0]!.name);
    }
    expect(unwound.every((name) => name.includes('~Guard'))).toBe(true);
    expect(await client.move('continue')).toMatchObject({
      at: 'caught',
      stop: { description: 'back at the live end' },
    });
  });
});
