import { describe, expect, test } from 'vitest';
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

describe('GDB commands in the history', () => {
  const command = (dap: DapClient, expression: string) =>
    dap.request('evaluate', { expression, context: 'repl' }).then(({ result }) => result as string);

  test('those that look run, and every line says that it is live', async () => {
    const { dap } = await inThePast();
    const looks = [
      '>info threads',
      '>p secret',
      '>p/x secret',
      '>x/2i $pc',
      '> bt',
      '>info registers rip',
      '>list outer,+2',
    ];
    looks.push(
      '>info line outer',
      '>show version',
      '>disassemble /r outer,+8',
      '>ptype int',
      '>frame',
      '-exec whatis secret',
    );
    looks.push(
      '>info breakpoints',
      '>help list',
      '>printf "%ld\\n", secret',
      '>info symbol outer',
      '>output secret',
    );
    for (const look of looks) {
      const result = await command(dap, look);
      expect(result, look).toMatch(/^\[live\] /);
      for (const line of result.split('\n').filter(Boolean)) expect(line, look).toMatch(/^\[live\] /);
    }
    expect(await command(dap, '>p secret')).toMatch(/^\[live\] \$\d+ = 987654321$/);
    // Nothing to say is no [live] either.
    expect(await command(dap, '>echo')).toBe('');
  });

  test('those that could run or change the program are refused, however they are spelled', async () => {
    const { client, dap } = await inThePast();
    const commands = [
      ...[
        'c',
        'cont',
        'continue',
        'continue&',
        'fg',
        'run',
        'r',
        'start',
        'starti',
        'next',
        'n',
        'n 3',
        'step',
        's',
        'ni',
        'si',
      ],
      ...[
        'nexti',
        'stepi',
        'until',
        'u',
        'advance outer',
        'finish',
        'fin',
        'return',
        'jump 3',
        'j 3',
        'call outer(1)',
        'signal 9',
      ],
      ...[
        'kill',
        'k',
        'detach',
        'disconnect',
        'reverse-step',
        'rs',
        'record',
        'checkpoint',
        'restart 1',
        'tstart',
        'queue-signal 9',
      ],
      ...[
        'thread apply all c',
        'thr apply 1 continue',
        'taas c',
        'tfaas c',
        'faas c',
        'frame apply all c',
        'frame function outer\nc',
      ],
      ...[
        'python gdb.execute("c")',
        'py gdb.execute("c")',
        'python-interactive 1',
        'pi 1',
        'guile 1',
        'eval "c"',
        'source /dev/null',
      ],
      ...[
        'while 1',
        'if 1',
        'define hook',
        'document x',
        'alias z=continue',
        'pipe c | cat',
        '| c | cat',
        'with print pretty -- c',
      ],
      ...[
        'set var secret = 1',
        'set secret = 1',
        'set $rip = 0',
        'set variable secret=1',
        'monitor v.kill',
        'mo v.kill',
        'target remote x',
      ],
      ...[
        'maint packet c',
        'maintenance packet vCont;c',
        'shell true',
        '!true',
        'make',
        'compile code 1',
        'interpreter-exec mi "-exec-continue"',
      ],
      ...[
        '-exec-continue',
        '-exec-step',
        'stepi 10',
        'tui enable',
        'inferior 1',
        'attach 1',
        'file /bin/true',
        'load x',
        'restore x',
        'quit',
        'q',
      ],
      ...['commands 1', 'dprintf outer,"x"', 'generate-core-file', 'info threads\ncontinue', 'C', ''],
    ];
    for (const text of commands) {
      const message = await dap.failing('evaluate', { expression: `>${text}`, context: 'repl' });
      expect(message, text).toMatch(/in the history/);
    }
    // What looks may not do so by calling, assigning or writing.
    for (const text of [
      'p outer(1)',
      'p secret = 1',
      'p $rip = 0',
      'x/s outer(1)',
      'output secret++',
      'printf "%d\\n", outer(2)',
    ])
      await dap.failing('evaluate', { expression: `>${text}`, context: 'repl' });
    expect(client.events(dap.messages.length)).toEqual([]);
    expect((await client.cursor()).live).toBe(false);
    await client.move('next');
    expect(await dap.evaluate('secret')).toBe('987654321');
    expect(await client.place()).toMatchObject({ at: 'outer-return' });
    // Back at the live end all is as before.
    expect(await dap.evaluate('middle(1)')).toBe('8');
    expect(await dap.toExit()).toBe(7);
  });

  test('an error of GDB is told', async () => {
    const { dap } = await inThePast();
    expect(await dap.failing('evaluate', { expression: '>p no_such_thing', context: 'repl' })).toContain(
      'No symbol',
    );
  });
});
