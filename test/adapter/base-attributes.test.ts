import { readFileSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { expect, test } from 'vitest';
import { lineOf, program, source } from './program';
import { newClient, useSessions } from './session';

useSessions();

const off = { branchHistory: { recorder: 'off' } };
const file = source('basic.c');

test.each([{ gdbAsync: false }, { gdbAsync: true }, { gdbNonStop: true }])(
  '%o: break, step, pause, go on',
  async (mode) => {
    const client = newClient();
    await client.launch({ program: program('spin'), ...off, ...mode });
    await client.breakpoints(source('spin.c'), [{ line: lineOf('spin.c', 'ready') }]);
    await client.request('configurationDone');
    const stop = await client.stopped('breakpoint');
    await client.request('next', { threadId: stop.threadId });
    await client.stopped('step');
    await client.breakpoints(source('spin.c'), []);
    await client.request('continue', { threadId: stop.threadId });
    await client.request('pause', { threadId: stop.threadId });
    await client.stopped('pause');
    await client.request('setExpression', { expression: 'keep_going', value: '0' });
    expect(await client.toExit()).toBe(5);
  },
);

test('gdbNonStop: one thread stops, the others run', async () => {
  const client = newClient();
  await client.launch({ program: program('threads'), gdbNonStop: true, ...off });
  await client.request('setFunctionBreakpoints', { breakpoints: [] });
  await client.breakpoints(source('threads.c'), [{ line: lineOf('threads.c', 'all-there') }]);
  await client.request('configurationDone');
  const stop = await client.stopped('breakpoint');
  expect(stop).toMatchObject({ threadId: 1, allThreadsStopped: false });
  const { threads } = await client.request('threads');
  expect(threads.filter((t: { running: boolean }) => t.running)).toHaveLength(4);
  await client.request('pause', { threadId: 3 });
  expect(await client.stopped('pause')).toMatchObject({ threadId: 3 });
});

test('hardwareBreakpoint and the mode of a breakpoint', async () => {
  const client = newClient();
  await client.launch({ program: program('basic'), hardwareBreakpoint: true, stopAtEntry: true, ...off });
  await client.request('configurationDone');
  await client.stopped('entry');
  await client.breakpoints(file, [
    { line: lineOf('basic.c', 'loop') },
    { line: lineOf('basic.c', 'print'), mode: 'software' },
  ]);
  await client.request('evaluate', { expression: '>info breakpoints', context: 'repl' });
  await client.untilText('console', 'hw breakpoint');
  expect(client.text('console').match(/hw breakpoint/g)).toHaveLength(1);
});

test('verbose and logFile: the dialogue with GDB', async () => {
  const logFile = path.join(os.tmpdir(), `bts-log-${process.pid}`);
  try {
    const client = newClient();
    await client.launch({ program: program('basic'), verbose: true, logFile, ...off });
    await client.request('configurationDone');
    await client.event('exited');
    await client.disconnect();
    expect(readFileSync(logFile, 'utf8')).toContain('-exec-run');
  } finally {
    rmSync(logFile, { force: true });
  }
});

test('customResetCommands and the custom request for memory', async () => {
  const client = newClient();
  await client.launch({
    program: program('basic'),
    customResetCommands: ['set $reset = 7'],
    stopAtEntry: true,
    ...off,
  });
  await client.request('configurationDone');
  await client.stopped('entry');
  await client.request('cdt-gdb-adapter/customReset');
  expect(await client.evaluate('$reset')).toBe('7');
  const memory = await client.request('cdt-gdb-adapter/Memory', { address: '&global_counter', length: 4 });
  expect(memory).toMatchObject({ data: '03000000', address: expect.stringMatching(/^0x/) });
});

test('updateThreadInfo "never" names no threads', async () => {
  const client = newClient();
  await client.launch({ program: program('basic'), updateThreadInfo: 'never', stopAtEntry: true, ...off });
  await client.request('configurationDone');
  await client.stopped('entry');
  expect((await client.request('threads')).threads).toMatchObject([{ id: 1, name: '1' }]);
});

test('modules: the program and its libraries', async () => {
  const client = newClient();
  await client.launch({ program: program('data'), stopAtEntry: true, ...off });
  await client.request('configurationDone');
  await client.stopped('entry');
  const { modules, totalModules } = await client.request('modules', { startModule: 0, moduleCount: 0 });
  expect(modules.map((m: DebugProtocol.Module) => m.name)).toEqual(
    expect.arrayContaining(['data', 'libc.so.6']),
  );
  expect(totalModules).toBe(modules.length);
  expect((await client.request('modules', { startModule: 1, moduleCount: 2 })).modules).toEqual(
    modules.slice(1, 3),
  );
});

test('what is not there is not promised, and what is promised is there', async () => {
  const client = newClient();
  const capabilities = await client.initialize();
  expect(capabilities.supportsRestartRequest).toBeUndefined();
  expect(capabilities.supportsStepBack).toBeUndefined();
  expect(capabilities.exceptionBreakpointFilters?.map((f) => f.filter)).toEqual([
    'throw',
    'rethrow',
    'catch',
    'signal',
  ]);
});
