import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, test } from 'vitest';
import { lineOf, program, source } from './program';
import { newClient, useSessions } from './session';

useSessions();

describe.each(['off', 'valgrind'])('threads, recorder %s', (recorder) => {
  test('all are told of, named, and have a stack; the program ends when they do', async () => {
    const client = newClient();
    await client.launch({ program: program('threads'), branchHistory: { recorder } });
    await client.breakpoints(source('threads.c'), [{ line: lineOf('threads.c', 'all-there') }]);
    await client.request('configurationDone');
    const stop = await client.stopped('breakpoint');
    expect(stop.allThreadsStopped).toBe(true);
    const threads: DebugProtocol.Thread[] = (await client.request('threads')).threads;
    expect(threads.map((t) => t.id)).toEqual([1, 2, 3, 4, 5]);
    if (recorder === 'off') expect(threads.map((t) => t.name).join()).toContain('worker-2');
    for (const { id } of threads.slice(1)) {
      const { stackFrames } = await client.request('stackTrace', { threadId: id });
      expect(stackFrames.map((f: { name: string }) => f.name)).toContain('worker');
    }
    const started = client.messages.filter(
      (m) => 'event' in m && m.event === 'thread' && m.body.reason === 'started',
    );
    expect(started).toHaveLength(5);
    // A breakpoint in the workers is hit by one of them.
    await client.breakpoints(source('threads.c'), [{ line: lineOf('threads.c', 'loop') }]);
    await client.request('continue', { threadId: 1 });
    const inWorker = await client.stopped('breakpoint');
    expect(inWorker.threadId).toBeGreaterThan(1);
    await client.breakpoints(source('threads.c'), []);
    await client.request('next', { threadId: inWorker.threadId });
    expect((await client.stopped('step')).threadId).toBe(inWorker.threadId);
    await client.request('continue', { threadId: 1 });
    await client.request('pause', { threadId: 1 });
    await client.stopped('pause');
    await client.request('setExpression', { expression: 'finish', value: '1' });
    expect(await client.toExit()).toBe(0);
  });
});
