import { describe, expect, test } from 'vitest';
import type { DapClient } from './dap-client';
import { lineOf, program, source } from './program';
import { newClient, useSessions } from './session';

useSessions();

describe.each(['off', 'valgrind'])('stops, recorder %s', (recorder) => {
  const launch = async (name: string, args: readonly string[] = [], more: object = {}) => {
    const client = newClient();
    await client.launch({ program: program(name), args, branchHistory: { recorder }, ...more });
    return client;
  };
  const go = (client: DapClient) => client.request('configurationDone');
  const filters = (client: DapClient, ids: string[], filterOptions: object[] = []) =>
    client.request('setExceptionBreakpoints', { filters: ids, filterOptions });

  test('a crash: reason, place, signal and address', async () => {
    const client = await launch('signals', ['segv']);
    await filters(client, ['signal']);
    await go(client);
    const stop = await client.stopped('exception');
    expect(stop).toMatchObject({
      text: 'SIGSEGV',
      description: expect.stringContaining('Segmentation fault'),
    });
    expect(await client.topFrame()).toMatchObject({
      name: expect.stringContaining('crash'),
      line: lineOf('signals.cc', 'crash'),
    });
    const info = await client.request('exceptionInfo', { threadId: stop.threadId });
    expect(info).toMatchObject({ exceptionId: 'SIGSEGV', breakMode: 'always' });
    if (recorder === 'off') expect(info.description).toContain('0x1234');
    expect(await client.toExit()).toBe(128 + 11);
  });

  test('exit status after abort is 134', async () => {
    const client = await launch('signals', ['abort']);
    await go(client);
    expect(await client.stopped('exception')).toMatchObject({ text: 'SIGABRT' });
    expect(await client.toExit()).toBe(134);
  });

  test.each([
    [0, '0'],
    [8, '8'],
    [255, '255'],
  ])('exit status %i', async (code, text) => {
    const client = await launch('signals', ['none', text]);
    await go(client);
    expect((await client.event('exited')).exitCode).toBe(code);
  });

  test('a handled signal stops, or does not, as the filter says', async () => {
    const stopping = await launch('signals', ['usr1']);
    await go(stopping);
    expect(await stopping.stopped('exception')).toMatchObject({ text: 'SIGUSR1' });
    const passing = await launch('signals', ['usr1']);
    const { breakpoints } = await filters(passing, [], [{ filterId: 'signal', condition: '-SIGUSR1' }]);
    expect(breakpoints).toMatchObject([{ verified: true }]);
    await go(passing);
    expect((await passing.event('exited')).exitCode).toBe(0);
    expect(passing.text('stdout')).toBe('handled 1\n');
    const wrong = await launch('signals', ['usr1']);
    const answer = await filters(wrong, [], [{ filterId: 'signal', condition: 'SIGNONE' }]);
    expect(answer.breakpoints).toMatchObject([
      { verified: false, message: expect.stringContaining('SIGNONE') },
    ]);
  });

  test('with the filter off a crash ends the program', async () => {
    const client = await launch('signals', ['segv']);
    await filters(client, []);
    await go(client);
    expect((await client.event('exited')).exitCode).toBe(139);
  });

  test('a C++ exception where it is thrown, with its type and message', async () => {
    const client = await launch('signals', ['throw']);
    await filters(client, ['throw', 'signal']);
    await go(client);
    const stop = await client.stopped('exception');
    const info = await client.request('exceptionInfo', { threadId: stop.threadId });
    expect(info.exceptionId).toContain('runtime_error');
    expect(info.description).toContain('out of cheese');
    const { stackFrames } = await client.request('stackTrace', { threadId: stop.threadId });
    expect(stackFrames.some((f: { line: number }) => f.line === lineOf('signals.cc', 'throw'))).toBe(true);
    await client.request('continue', { threadId: 1 });
    expect(
      (await client.request('exceptionInfo', { threadId: (await client.stopped('exception')).threadId }))
        .exceptionId,
    ).toContain('int');
    await filters(client, ['signal']);
    expect(await client.toExit()).toBe(0);
  });

  test('a C++ exception of one type, where it is caught', async () => {
    const client = await launch('signals', ['throw']);
    await filters(client, [], [{ filterId: 'catch', condition: 'runtime_error' }]);
    await go(client);
    await client.stopped('exception');
    expect(await client.toExit()).toBe(0);
    expect(client.text('stdout')).toBe('caught out of cheese\n');
  });

  test('a global that is written stops the program', async () => {
    const client = await launch('watch', [], { stopAtEntry: true });
    await go(client);
    await client.stopped('entry');
    const { id: frameId } = await client.topFrame();
    const info = await client.request('dataBreakpointInfo', { name: 'pair.b', frameId });
    expect(info).toMatchObject({ dataId: expect.any(String), canPersist: true });
    const { breakpoints } = await client.request('setDataBreakpoints', {
      breakpoints: [{ dataId: info.dataId, accessType: 'write' }],
    });
    expect(breakpoints).toMatchObject([{ verified: true }]);
    // Under Valgrind GDB single-steps: close to the place.
    await client.breakpoints(source('watch.c'), [{ line: lineOf('watch.c', 'pair') }]);
    await client.request('continue', { threadId: 1 });
    let stop = await client.stopped();
    if (stop.reason === 'breakpoint') {
      await client.request('continue', { threadId: 1 });
      stop = await client.stopped();
    }
    expect(stop).toMatchObject({
      reason: 'data breakpoint',
      hitBreakpointIds: [breakpoints[0].id],
      text: 'pair.b: 0 → 18',
    });
    await client.request('setDataBreakpoints', { breakpoints: [] });
    expect(await client.toExit()).toBe(0);
  });

  test('a local that is watched tells when it goes', async () => {
    const client = await launch('watch');
    await client.breakpoints(source('watch.c'), [
      { line: lineOf('watch.c', 'local-change'), hitCondition: '2' },
    ]);
    await go(client);
    await client.stopped('breakpoint');
    const frame = await client.topFrame();
    const { scopes } = await client.request('scopes', { frameId: frame.id });
    const info = await client.request('dataBreakpointInfo', {
      name: 'local',
      variablesReference: scopes[0].variablesReference,
    });
    await client.request('setDataBreakpoints', { breakpoints: [{ dataId: info.dataId }] });
    await client.request('continue', { threadId: 1 });
    expect(await client.stopped('data breakpoint')).toMatchObject({ text: 'local: 5 → 6' });
    await client.request('continue', { threadId: 1 });
    expect(await client.stopped('data breakpoint')).toMatchObject({
      description: expect.stringContaining('out of scope'),
    });
  });

  test('what cannot be watched says why', async () => {
    const client = await launch('watch', [], { stopAtEntry: true });
    await go(client);
    await client.stopped('entry');
    const { id: frameId } = await client.topFrame();
    for (const name of ['change', '1 + 1', 'no_such'])
      expect(await client.request('dataBreakpointInfo', { name, frameId })).toMatchObject({
        dataId: null,
        description: expect.any(String),
      });
  });

  test('jump: the program goes on from another line', async () => {
    const client = await launch('basic', [], { stopAtEntry: true });
    await go(client);
    await client.stopped('entry');
    const place = { source: { path: source('basic.c') }, line: lineOf('basic.c', 'print') };
    const { targets } = await client.request('gotoTargets', place);
    expect(targets).toMatchObject([{ line: place.line }]);
    await client.request('goto', { threadId: 1, targetId: targets[0].id });
    await client.stopped('goto');
    expect(await client.topFrame()).toMatchObject({ line: place.line });
    expect(await client.toExit()).toBe(9);
    expect(client.text('stdout')).not.toContain('total 10 ');
  });

  test('steps: into, over, out; by instruction', async () => {
    const client = await launch('basic');
    await client.breakpoints(source('basic.c'), [{ line: lineOf('basic.c', 'loop') }]);
    await go(client);
    await client.stopped('breakpoint');
    await client.breakpoints(source('basic.c'), []);
    await client.request('stepIn', { threadId: 1 });
    await client.stopped('step');
    expect(await client.topFrame()).toMatchObject({ name: 'add' });
    await client.request('stepOut', { threadId: 1 });
    await client.stopped('step');
    await client.request('next', { threadId: 1 });
    await client.stopped('step');
    expect(await client.topFrame()).toMatchObject({ name: 'main', line: lineOf('basic.c', 'after-add') });
    const before = BigInt((await client.topFrame()).instructionPointerReference!);
    await client.request('stepIn', { threadId: 1, granularity: 'instruction' });
    await client.stopped('step');
    const after = BigInt((await client.topFrame()).instructionPointerReference!);
    expect(Number(after - before)).toBeGreaterThan(0);
    expect(Number(after - before)).toBeLessThanOrEqual(15);
  });

  test('pause, again and again, also while a step runs', async () => {
    const client = await launch('spin');
    await go(client);
    await client.untilText('stdout', 'ready');
    for (let i = 0; i < 3; i++) {
      await client.request('pause', { threadId: 1 });
      const stop = await client.stopped('pause');
      expect(stop.description).toBeUndefined();
      // This step never ends by itself: the loop's condition holds.
      await client.request('evaluate', { expression: '>tbreak main', context: 'repl' });
      await client.request('evaluate', { expression: '>delete', context: 'repl' });
      await client.request('continue', { threadId: 1 });
    }
    await client.request('pause', { threadId: 1 });
    await client.stopped('pause');
    await client.request('evaluate', { expression: 'keep_going = 0', context: 'repl' });
    expect(await client.toExit()).toBe(5);
  });

  test('a pause while GDB single-steps is not lost', async () => {
    const client = await launch('spin', [], {});
    await client.breakpoints(source('spin.c'), [{ line: lineOf('spin.c', 'call') }]);
    await go(client);
    await client.stopped('breakpoint');
    await client.breakpoints(source('spin.c'), []);
    for (let i = 0; i < 5; i++) {
      // A software condition on every instruction: GDB steps and steps.
      await client.request('evaluate', { expression: '>set can-use-hw-watchpoints 0', context: 'repl' });
      await client.request('evaluate', {
        expression: '>watch turns if turns == 1234567890',
        context: 'repl',
      });
      await client.request('continue', { threadId: 1 });
      await new Promise((r) => setTimeout(r, 50 + 37 * i));
      await client.request('pause', { threadId: 1 });
      expect((await client.event('stopped', () => true, 3000)).reason).toBe('pause');
      await client.request('evaluate', { expression: '>delete', context: 'repl' });
    }
    await client.request('evaluate', { expression: 'keep_going = 0', context: 'repl' });
    expect(await client.toExit()).toBe(5);
  });

  test('a pause in a blocked system call', async () => {
    const client = await launch('spin', ['sleep']);
    await go(client);
    await client.untilText('stdout', 'ready');
    await client.request('pause', { threadId: 1 });
    await client.stopped('pause');
    const { stackFrames } = await client.request('stackTrace', { threadId: 1 });
    expect(stackFrames.some((f: { name: string }) => f.name === 'main')).toBe(true);
  });

  test('a pause breaks off a function that an expression calls', async () => {
    const client = await launch('spin', [], { stopAtEntry: true });
    await go(client);
    await client.stopped('entry');
    const frame = await client.topFrame();
    const failing = client.failing('evaluate', {
      expression: 'main(1, argv)',
      context: 'watch',
      frameId: frame.id,
    });
    await client.untilText('stdout', 'ready');
    await client.request('pause', { threadId: 1 });
    expect(await failing).toContain('did not return');
    expect(await client.topFrame()).toMatchObject({ name: 'main', line: frame.line });
    expect(await client.evaluate('turns > 0')).toBe('1');
  });

  test('a breakpoint in a function that an expression calls is shown', async () => {
    const client = await launch('basic', [], { stopAtEntry: true });
    await client.breakpoints(source('basic.c'), [{ line: lineOf('basic.c', 'add') }]);
    await go(client);
    await client.stopped('entry');
    const frame = await client.topFrame();
    const text = await client.failing('evaluate', {
      expression: 'add(40, 2)',
      context: 'watch',
      frameId: frame.id,
    });
    expect(text).toContain('did not return');
    expect((await client.stopped('breakpoint')).description).toContain('function called');
    expect(await client.topFrame()).toMatchObject({ name: 'add' });
    expect(await client.locals()).toMatchObject({ a: { value: '40' } });
    await client.request('evaluate', { expression: '>return', context: 'repl' });
    await client.breakpoints(source('basic.c'), []);
    expect(await client.toExit()).toBe(9);
  });

  test('a pause after the end is no error', async () => {
    const client = await launch('basic');
    await go(client);
    await client.event('terminated');
    await client.request('pause', { threadId: 1 });
    expect(await client.request('threads')).toEqual({ threads: [] });
    expect(await client.failing('next', { threadId: 1 })).toContain('ended');
    expect(await client.failing('evaluate', { expression: '1', context: 'watch' })).toContain('ended');
  });
});
