import type { DebugProtocol } from '@vscode/debugprotocol';
import { expect, test } from 'vitest';
import { HistoryClient } from './history-client';
import { useSessions } from './session';

useSessions();

/** All four workers wait at the second barrier, main has printed. */
async function allThreads(): Promise<{ client: HistoryClient; workers: number[] }> {
  const client = await HistoryClient.stopped('history_threads', { at: ['main-part'] });
  const { threads } = await client.dap.request('threads');
  const workers = threads.map(({ id }: DebugProtocol.Thread) => id).filter((id: number) => id !== 1);
  expect(workers).toHaveLength(4);
  return { client, workers };
}

test('every thread has a history of its own', async () => {
  const { client } = await allThreads();
  const { threads, cursor } = await client.request('bts/state', {});
  expect(threads).toHaveLength(5);
  expect(new Set(threads.map(({ tid }) => tid)).size).toBe(5);
  expect(new Set(threads.map(({ pid }) => pid)).size).toBe(1);
  for (const { records, first, end, stopPc } of threads) {
    expect(records).toBeGreaterThan(0);
    expect(end - first).toBe(records);
    expect(stopPc).toMatch(/^0x/);
  }
  expect(cursor!.thread).toBe(0);
  // How often each called square: main twice, worker i i + 1 times.
  const calls = [];
  for (const { thread } of threads) {
    const { rows } = await client.request('bts/rows', {
      thread,
      fold: false,
      count: 2000,
      filter: { function: { text: 'square' }, kinds: ['call'] },
    });
    calls.push(rows.filter((row) => row.kind === 'branch').length);
  }
  expect(calls[0]).toBe(2);
  expect(calls.slice(1).sort()).toEqual([1, 2, 3, 4]);
});

test('the cursor belongs to one thread: the others are said to be stopped live', async () => {
  const { client, workers } = await allThreads();
  expect((await client.move('stepBack')).at).not.toBe('main-part');
  for (const threadId of workers) {
    const { stackFrames, totalFrames } = await client.dap.request('stackTrace', { threadId });
    expect({ stackFrames, totalFrames }).toMatchObject({
      stackFrames: [{ name: 'not in history: stopped live', presentationHint: 'label', line: 0 }],
      totalFrames: 1,
    });
    const { scopes } = await client.dap.request('scopes', { frameId: stackFrames[0].id });
    expect(scopes).toMatchObject([{ name: expect.stringContaining('not recorded') }]);
    expect(
      await client.dap.failing('evaluate', { expression: 'index', frameId: stackFrames[0].id }),
    ).toContain('not recorded');
    for (const command of ['next', 'stepIn', 'stepOut', 'continue'])
      expect(await client.dap.failing(command, { threadId })).toContain(`Thread ${threadId} is stopped live`);
  }
  // Nothing moved meanwhile.
  expect((await client.move('continue')).at).toBe('main-part');
  expect((await client.dap.request('threads')).threads).toHaveLength(5);
  expect((await client.frames(workers[0])).map(({ name }) => name)).toContain('worker');
});

test('a step back in another thread takes the cursor there', async () => {
  const { client, workers } = await allThreads();
  await client.breakpoints('square', 'main-part');
  const hits = new Map<number, number>();
  for (const threadId of workers) {
    const first = await client.move('stepBack', { threadId });
    expect(first.stop).toMatchObject({ threadId, allThreadsStopped: true });
    expect((await client.frames(1))[0]).toMatchObject({ presentationHint: 'label' });
    for (let count = 0; ; count++) {
      const { at, stop } = await client.move('reverseContinue', { threadId });
      expect(stop.threadId).toBe(threadId);
      if (stop.reason !== 'breakpoint') {
        hits.set(threadId, count);
        break;
      }
      expect(at).toBe('square');
      expect((await client.frames(threadId)).map(({ name }) => name).slice(0, 2)).toEqual([
        'square',
        'worker',
      ]);
    }
  }
  expect([...hits.values()].sort()).toEqual([1, 2, 3, 4]);
  // bts/goto, by the history's own number.
  const { threads } = await client.request('bts/state', {});
  for (const { thread } of threads) {
    const { stop } = await client.goto({ thread, to: 'start' });
    expect([1, ...workers]).toContain(stop.threadId);
    expect((await client.cursor()).thread).toBe(thread);
  }
  await client.goto({ thread: 0, to: 'end' });
  // Back in the first thread: from its live end.
  expect((await client.move('reverseContinue')).at).toBe('square');
  expect(await client.moves('stepBack', 1)).toEqual(['main-sum']);
});

test('the history of a thread that is not the stopped one ends where it stands, and forward stays there', async () => {
  const { client, workers } = await allThreads();
  const threadId = workers[0]!;
  await client.move('stepBack', { threadId });
  await client.breakpoints();
  const end = await client.move('continue', { threadId });
  expect(end.stop).toMatchObject({ threadId, description: expect.stringContaining('live end') });
  expect((await client.cursor()).live).toBe(true);
  expect((await client.frames(threadId)).map(({ name }) => name)).toContain('worker');
  expect(await client.dap.toExit()).toBe(0);
});

test('the stop is in a worker: its history, and then that of main', async () => {
  const client = await HistoryClient.launch('history_threads', { at: ['met'] });
  await client.dap.request('configurationDone');
  const { threadId } = await client.dap.stopped('breakpoint');
  expect(threadId).toBeGreaterThan(1);
  const { cursor, threads } = await client.request('bts/state', {});
  expect(cursor).toMatchObject({ live: true, place: { function: 'worker' } });
  expect(threads[cursor!.thread]!.tid).not.toBe(threads[0]!.tid);
  expect((await client.move('stepBack', { threadId })).at).toBe('meet');
  expect((await client.move('stepBack', { threadId })).at).toBe('work-loop');
  expect((await client.move('stepBack', { threadId })).at).toBe('work');
  await client.breakpoints('create');
  expect(await client.move('reverseContinue', { threadId: 1 })).toMatchObject({
    at: 'create',
    stop: { threadId: 1 },
  });
});

test('threads that have ended keep their history', async () => {
  const client = await HistoryClient.stopped('history_threads', { at: ['joined'] });
  const { threads } = await client.request('bts/state', {});
  expect(threads).toHaveLength(5);
  const ended = threads.filter(({ stopPc }) => stopPc === undefined);
  expect(ended).toHaveLength(4);
  for (const { thread } of ended) {
    const { rows } = await client.request('bts/rows', { thread, count: 20 });
    expect(rows.at(-1)).toMatchObject({ kind: 'event', event: 'exit' });
    const { hits } = await client.request('bts/search', {
      thread,
      direction: 'back',
      pattern: { text: 'square' },
    });
    expect(hits).toHaveLength(1);
    const refused = await client.dap.failing('bts/goto', { thread, to: 'start' });
    expect(refused).toMatch(/^Thread \d+ has ended\. Its history can be read and searched/);
  }
  expect(await client.cursor()).toMatchObject({ thread: 0, live: true });
  expect((await client.dap.request('threads')).threads).toHaveLength(1);
});
