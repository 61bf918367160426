import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { lineOf, program, SOURCES, source } from './program';
import { newClient, useSessions } from './session';

useSessions();

const file = source('basic.c');
const at = (marker: string) => lineOf('basic.c', marker);

describe.each(['off', 'valgrind'])('breakpoints, recorder %s', (recorder) => {
  const start = async (args: object = {}) => {
    const client = newClient();
    await client.launch({ program: program('basic'), branchHistory: { recorder }, ...args });
    return client;
  };

  test('a condition, with a string in it, decides', async () => {
    const client = await start();
    const [good, bad] = await client.breakpoints(file, [
      { line: at('add'), condition: 'b == 3 && "x"[0] == 120' },
      { line: at('add-return'), condition: 'nonsense > 1' },
    ]);
    expect(good).toMatchObject({ verified: true });
    expect(bad).toMatchObject({ verified: false, message: expect.stringContaining('nonsense') });
    await client.request('configurationDone');
    await client.stopped('breakpoint');
    expect((await client.locals())['b']).toMatchObject({ value: '3' });
    expect(await client.toExit()).toBe(9);
  });

  test.each([
    ['3', [2]],
    ['=2', [1]],
    ['>3', [3, 4]],
    ['>=4', [3, 4]],
    ['%2', [1, 3]],
  ])('hit count %s', async (hitCondition, stops) => {
    const client = await start();
    await client.breakpoints(file, [{ line: at('add'), hitCondition }]);
    await client.request('configurationDone');
    for (const b of stops) {
      const stop = await client.stopped('breakpoint');
      expect(stop.hitBreakpointIds).toHaveLength(1);
      expect((await client.locals())['b']).toMatchObject({ value: String(b) });
      if (b !== stops.at(-1)) await client.request('continue', { threadId: 1 });
    }
    expect(await client.toExit()).toBe(9);
  });

  test('a hit count that is none is refused with the forms that are', async () => {
    const client = await start();
    const [breakpoint] = await client.breakpoints(file, [{ line: at('add'), hitCondition: 'often' }]);
    expect(breakpoint).toMatchObject({ verified: false, message: expect.stringContaining('>=5') });
  });

  test('hit counts survive a change of another breakpoint in the file', async () => {
    const client = await start();
    const counted = { line: at('add'), hitCondition: '3' };
    await client.breakpoints(file, [counted, { line: at('loop'), condition: 'i == 1' }]);
    await client.request('configurationDone');
    await client.stopped('breakpoint');
    await client.breakpoints(file, [counted]);
    await client.request('continue', { threadId: 1 });
    await client.stopped('breakpoint');
    expect((await client.locals())['b']).toMatchObject({ value: '2' });
  });

  test('a logpoint prints its expressions and never stops', async () => {
    const client = await start();
    await client.breakpoints(file, [
      {
        line: at('after-add'),
        logMessage: 'i={i} total={total} \\{raw\\} {no_such}',
        condition: 'i != 1',
        hitCondition: '>1',
      },
    ]);
    await client.request('configurationDone');
    await client.event('exited');
    const lines = client
      .text('console')
      .split('\n')
      .filter((l) => l.startsWith('i='));
    expect(lines.map((l) => l.slice(0, 17))).toEqual(
      ['i=2 total=3 {raw}', 'i=3 total=6 {raw}', 'i=4 total=10 {raw'].map((l) => l.slice(0, 17)),
    );
    expect(lines[0]).toContain('<No symbol "no_such" in current context.>');
  });

  test('a step over a logpoint ends where the step ends', async () => {
    const client = await start();
    await client.breakpoints(file, [{ line: at('loop') }, { line: at('add'), logMessage: 'adding {b}' }]);
    await client.request('configurationDone');
    await client.stopped('breakpoint');
    await client.request('next', { threadId: 1 });
    await client.stopped('step');
    expect(await client.topFrame()).toMatchObject({ line: at('after-add') });
    expect(client.text('console')).toContain('adding 0\n');
  });

  test('two breakpoints at one place are both named', async () => {
    const client = await start();
    const [first] = await client.breakpoints(file, [{ line: at('add') }]);
    const functions = await client.request('setFunctionBreakpoints', {
      breakpoints: [{ name: 'add', condition: 'b == 2' }],
    });
    await client.request('configurationDone');
    expect((await client.stopped('breakpoint')).hitBreakpointIds).toEqual([first!.id]);
    await client.request('continue', { threadId: 1 });
    expect((await client.stopped()).hitBreakpointIds).toEqual([first!.id]);
    await client.request('continue', { threadId: 1 });
    expect((await client.stopped()).hitBreakpointIds).toEqual([first!.id, functions.breakpoints[0].id]);
  });

  test('function breakpoints, with condition and hit count', async () => {
    const client = await start();
    const { breakpoints } = await client.request('setFunctionBreakpoints', {
      breakpoints: [{ name: 'add', condition: 'b > 0', hitCondition: '2' }, { name: 'no_such_function' }],
    });
    expect(breakpoints).toMatchObject([
      { verified: true, line: at('add') },
      { verified: false, message: expect.stringContaining('no_such_function') },
    ]);
    await client.request('configurationDone');
    const stop = await client.stopped('function breakpoint');
    expect(stop.hitBreakpointIds).toEqual([breakpoints[0].id]);
    expect((await client.locals())['b']).toMatchObject({ value: '2' });
  });

  test('instruction breakpoints', async () => {
    const client = await start({ stopAtEntry: true });
    await client.request('configurationDone');
    await client.stopped('entry');
    const { instructionPointerReference } = await client.topFrame();
    const { instructions } = await client.request('disassemble', {
      memoryReference: instructionPointerReference,
      instructionCount: 3,
    });
    const { breakpoints } = await client.request('setInstructionBreakpoints', {
      breakpoints: [
        { instructionReference: instructions[1].address },
        { instructionReference: instructions[0].address, offset: 0x100000 },
      ],
    });
    expect(breakpoints[0]).toMatchObject({
      verified: true,
      instructionReference: expect.stringMatching(/^0x/),
    });
    await client.request('setInstructionBreakpoints', {
      breakpoints: [{ instructionReference: instructions[1].address }],
    });
    await client.request('continue', { threadId: 1 });
    expect((await client.stopped('instruction breakpoint')).hitBreakpointIds).toEqual([breakpoints[0].id]);
    expect(BigInt((await client.topFrame()).instructionPointerReference!)).toBe(
      BigInt(instructions[1].address),
    );
  });

  test('set and cleared while the program runs, unseen', async () => {
    const client = newClient();
    await client.launch({ program: program('spin'), branchHistory: { recorder } });
    await client.request('configurationDone');
    await client.untilText('stdout', 'ready');
    const work = lineOf('spin.c', 'work');
    const before = client.messages.length;
    const [breakpoint] = await client.breakpoints(source('spin.c'), [{ line: work }]);
    expect(breakpoint).toMatchObject({ verified: true, line: work });
    expect((await client.stopped('breakpoint')).hitBreakpointIds).toEqual([breakpoint!.id]);
    const names = client.messages.slice(before).map((m) => ('event' in m ? m.event : m.type));
    expect(names.filter((n) => n === 'stopped')).toHaveLength(1);
    expect(names).not.toContain('continued');
    expect(client.text('console')).not.toContain('SIGINT');
    await client.request('continue', { threadId: 1 });
    await client.stopped('breakpoint');
    await client.request('continue', { threadId: 1 });
    await client.breakpoints(source('spin.c'), []);
    await client.request('pause', { threadId: 1 });
    // A breakpoint may have been hit before it was cleared.
    const last = await client.stopped();
    if (last.reason === 'breakpoint') return;
    expect(last.reason).toBe('pause');
  });

  test('a file reached through a link is the file', async () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'bts-link-'));
    try {
      symlinkSync(SOURCES, path.join(directory, 'link'));
      const client = await start();
      const [breakpoint] = await client.breakpoints(path.join(directory, 'link', 'basic.c'), [
        { line: at('add') },
      ]);
      expect(breakpoint).toMatchObject({ verified: true, line: at('add') });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

test('a breakpoint in a file that is not part of the program says so', async () => {
  const client = newClient();
  await client.launch({ program: program('basic'), branchHistory: { recorder: 'off' } });
  const [breakpoint] = await client.breakpoints(source('spin.c'), [{ line: 5 }]);
  expect(breakpoint).toMatchObject({ verified: false, message: expect.stringContaining('-g') });
});

test('breakpoints made in GDB itself are shown, and removed there', async () => {
  const client = newClient();
  await client.launch({ program: program('basic'), branchHistory: { recorder: 'off' }, stopAtEntry: true });
  await client.request('configurationDone');
  await client.stopped('entry');
  await client.request('evaluate', { expression: '>break add', context: 'repl' });
  const { breakpoint } = await client.event('breakpoint', (b) => b.reason === 'new');
  expect(breakpoint).toMatchObject({
    verified: true,
    line: at('add'),
    source: { name: 'basic.c', path: file },
  });
  await client.request('evaluate', { expression: `>delete ${breakpoint.id}`, context: 'repl' });
  expect((await client.event('breakpoint', (b) => b.reason === 'removed')).breakpoint.id).toBe(breakpoint.id);
});

test('breakpointLocations are the lines with code', async () => {
  const client = newClient();
  await client.launch({ program: program('basic'), branchHistory: { recorder: 'off' } });
  const { breakpoints } = await client.request('breakpointLocations', {
    source: { path: file },
    line: 1,
    endLine: at('add-return'),
  });
  expect(breakpoints.map((b: { line: number }) => b.line)).toEqual(
    [at('add') - 1, at('add'), at('add-return')]
      .sort((a, b) => a - b)
      .filter((l) => l > 5)
      .slice(-3),
  );
});
