import { expect, test } from 'vitest';
import type { DapClient } from './dap-client';
import { HistoryClient } from './history-client';
import { useSessions } from './session';

useSessions();

/** The value of `secret` at the live end, as it could show up in a message: decimal, hex, and in memory read as base64. */
const LIVE = ['987654321', '3ade68b1', Buffer.from('b168de3a00000000', 'hex').toString('base64').slice(0, 5)];

interface Shown {
  readonly client: HistoryClient;
  readonly dap: DapClient;
  /** Handles of the live stop before. */
  readonly liveFrame: number;
  readonly liveScope: number;
  readonly address: string;
  /** Everything received since the step back. */
  received(): string;
}

/** At the live end `secret` is 987654321; then one step back. */
async function inThePast(): Promise<Shown> {
  const client = await HistoryClient.stopped('history', { at: ['outer-return'] });
  const { dap } = client;
  const { id } = await dap.topFrame();
  const { scopes } = await dap.request('scopes', { frameId: id });
  expect(await dap.evaluate('secret')).toBe(LIVE[0]);
  const { memoryReference } = await dap.request('evaluate', {
    expression: '&secret',
    context: 'watch',
    frameId: id,
  });
  const from = dap.messages.length;
  expect((await client.move('stepBack')).at).toBe('outer-secret');
  return {
    client,
    dap,
    liveFrame: id,
    liveScope: scopes[0].variablesReference,
    address: memoryReference,
    received: () => JSON.stringify(dap.messages.slice(from)),
  };
}

function expectNothingLive(shown: Shown): void {
  for (const value of LIVE) expect(shown.received()).not.toContain(value);
}

test('scopes and variables say that values are not recorded', async () => {
  const shown = await inThePast();
  const { dap } = shown;
  for (const frameId of [(await dap.topFrame()).id, (await shown.client.frames())[1]!.id, shown.liveFrame]) {
    const { scopes } = await dap.request('scopes', { frameId });
    expect(scopes).toMatchObject([{ name: expect.stringContaining('not recorded') }]);
    const { variables } = await dap.request('variables', {
      variablesReference: scopes[0].variablesReference,
    });
    expect(variables).toMatchObject([{ name: 'not recorded', variablesReference: 0 }]);
  }
  const { variables } = await dap.request('variables', { variablesReference: shown.liveScope });
  expect(variables).toMatchObject([{ name: 'not recorded' }]);
  expectNothingLive(shown);
});

test('expressions are not evaluated, wherever they come from', async () => {
  const shown = await inThePast();
  const { dap } = shown;
  const { id: frameId } = await dap.topFrame();
  for (const context of ['watch', 'hover', 'repl', 'clipboard', 'variables', undefined])
    for (const frame of [frameId, shown.liveFrame, undefined])
      for (const expression of ['secret', 'sum', '$rip', '1 + 1', '&secret', 'outer(1)', 'secret = 5'])
        expect(await dap.failing('evaluate', { expression, context, frameId: frame })).toContain(
          'not recorded',
        );
  expectNothingLive(shown);
  await shown.client.move('next');
  expect(await dap.evaluate('secret')).toBe(LIVE[0]);
});

test('memory is neither read nor written', async () => {
  const shown = await inThePast();
  const { dap, address } = shown;
  expect(await dap.failing('readMemory', { memoryReference: address, count: 8 })).toContain('not recorded');
  // The base class has a request of its own for it.
  expect(await dap.failing('cdt-gdb-adapter/Memory', { address, length: 8 })).toContain('not recorded');
  const refused = await dap.failing('writeMemory', { memoryReference: address, data: 'AAAAAAAAAAA=' });
  expect(refused).toContain('not possible in the history');
  expectNothingLive(shown);
  await shown.client.move('next');
  expect(await dap.evaluate('secret')).toBe(LIVE[0]);
});

test('the past cannot be changed: values, memory, the place', async () => {
  const shown = await inThePast();
  const { dap, liveScope } = shown;
  const { id: frameId } = await dap.topFrame();
  const message = 'not possible in the history: the past cannot be changed. Continue to the live end first';
  expect(
    await dap.failing('setVariable', { variablesReference: liveScope, name: 'sum', value: '1' }),
  ).toContain(message);
  expect(await dap.failing('setExpression', { expression: 'secret', value: '1', frameId })).toContain(
    message,
  );
  expect(await dap.failing('setExpression', { expression: 'secret', value: '1' })).toContain(message);
  expect(await dap.failing('goto', { threadId: 1, targetId: 1 })).toContain(message);
  const { path } = (await dap.topFrame()).source!;
  expect(
    (await dap.request('gotoTargets', { source: { path }, line: shown.client.line('outer-return') })).targets,
  ).toEqual([]);
  expect(await dap.request('dataBreakpointInfo', { name: 'secret' })).toMatchObject({
    dataId: null,
    description: expect.stringContaining('not recorded'),
  });
  expectNothingLive(shown);
  await shown.client.move('next');
  expect(await dap.evaluate('secret')).toBe(LIVE[0]);
  expect(await shown.client.place()).toMatchObject({ at: 'outer-return' });
});

test('what stopped the program live is not told of the past', async () => {
  const client = await HistoryClient.launch('history_events', { args: ['segv'] });
  await client.dap.request('setExceptionBreakpoints', { filters: ['signal'] });
  await client.dap.request('configurationDone');
  await client.dap.stopped('exception');
  await client.move('stepBack');
  expect(await client.dap.failing('exceptionInfo', { threadId: 1 })).toContain('not recorded');
  await client.dap.request('continue', { threadId: 1 });
  await client.dap.stopped();
  expect((await client.dap.request('exceptionInfo', { threadId: 1 })).exceptionId).toBe('SIGSEGV');
});

test('code is the same as live: disassembly, source, breakpoint locations, modules', async () => {
  const { client, dap } = await inThePast();
  const frame = await dap.topFrame();
  const { instructions } = await dap.request('disassemble', {
    memoryReference: frame.instructionPointerReference,
    instructionOffset: -5,
    instructionCount: 12,
    resolveSymbols: true,
  });
  expect(instructions).toHaveLength(12);
  expect(BigInt(instructions[5].address)).toBe(BigInt(frame.instructionPointerReference!));
  expect(instructions[5]).toMatchObject({ instruction: expect.stringMatching(/^movq/) });
  const { path } = frame.source!;
  const line = client.line('outer-secret');
  const { breakpoints } = await dap.request('breakpointLocations', { source: { path }, line, endLine: line });
  expect(breakpoints).toMatchObject([{ line }]);
  expect((await dap.request('modules')).modules.map((m: { name: string }) => m.name)).toContain('history');
  expect((await dap.request('threads')).threads).toHaveLength(1);
});
