import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../adapter/session/arguments';
import { parseHitCondition } from '../../adapter/session/breakpoints/breakpoint-spec';
import { parseLogMessage } from '../../adapter/session/breakpoints/logpoint';
import { parseEnvFile } from '../../adapter/session/env-file';
import { readThread } from '../../adapter/session/history-link';
import { posixWords, shellQuote } from '../../adapter/session/posix-words';
import { exitCode, stopReason } from '../../adapter/session/stop-reason';
import { gdbEnvironment } from '../../adapter/target/gdb-environment';
import { miQuote } from '../../adapter/target/mi-quote';
import { InterruptScanner, StopRewriter } from '../../adapter/target/rsp-relay';

describe('parseArguments', () => {
  test('defaults', () => {
    expect(parseArguments('launch', { program: '/bin/true' })).toMatchObject({
      program: '/bin/true',
      args: [],
      console: 'internalConsole',
      gdb: 'gdb',
      debuginfod: 'off',
      followFork: 'parent',
      stopAtEntry: false,
      branchHistory: { recorder: 'auto', mode: 'user', records: 1_000_000, startAt: 'main' },
    });
  });

  test('a relative program is looked for in cwd', () => {
    expect(parseArguments('launch', { program: 'a.out', cwd: '/tmp' }).program).toBe('/tmp/a.out');
  });

  test.each([
    [{}, /"program"/],
    [{ program: 5 }, /"program" is 5; it must be a string/],
    [{ program: 'x', args: 'a b' }, /"args".*list of strings/],
    [{ program: 'x', env: { A: 1 } }, /"env".*object of strings/],
    [{ program: 'x', console: 'nowhere' }, /"console".*"internalConsole", "integratedTerminal"/],
    [{ program: 'x', setupCommands: [{ cmd: 1 }] }, /"setupCommands".*GDB commands/],
    [{ program: 'x', env: {}, environment: {} }, /"env" and "environment" mean the same/],
    [{ program: 'x', setupCommands: [], initCommands: [] }, /"setupCommands" and "initCommands"/],
    [{ program: 'x', miDebuggerPath: '/gdb' }, /Use "gdb" for "miDebuggerPath"/],
    [{ program: 'x', brnchHistory: {} }, /Did you mean "branchHistory"/],
    [{ program: 'x', foo: 1, bar: 2 }, /unknown attributes "foo", "bar"/],
    [
      { program: 'x', branchHistory: { recorders: 'off' } },
      /"branchHistory.recorders".*Did you mean "recorder"/,
    ],
    [{ program: 'x', branchHistory: { recorder: 'magic' } }, /"branchHistory.recorder".*"auto"/],
    [{ program: 'x', branchHistory: { records: 10 } }, /from 1,000 to 67,108,864/],
    [{ program: 'x', target: {} }, /type "gdbtarget"/],
  ])('%o is refused', (raw, message) => {
    expect(() => parseArguments('launch', raw)).toThrow(message);
  });

  test("VS Code's own attributes are no concern of ours", () => {
    parseArguments('launch', {
      program: 'x',
      type: 'bts',
      request: 'launch',
      name: 'n',
      __sessionId: '1',
      preLaunchTask: 't',
    });
  });

  test('attach', () => {
    expect(parseArguments('attach', { processId: '12' }).processId).toBe('12');
    expect(() => parseArguments('attach', { processId: 'me' })).toThrow(/process id/);
  });
});

test.each([
  ['', []],
  [' a  b\tc\n', ['a', 'b', 'c']],
  [`a 'b c' "d \\"e\\"" f\\ g`, ['a', 'b c', 'd "e"', 'f g']],
  [`'' ""`, ['', '']],
  [`a'b'"c"d`, ['abcd']],
  [`"$HOME \\$x \\n"`, ['$HOME $x \\n']],
  [`'it'\\''s'`, ["it's"]],
  ['a\\\nb', ['ab']],
])('posixWords %j', (text, words) => {
  expect(posixWords(text)).toEqual(words);
});

test.each(["it's", '', 'a b', '$x', '"', 'é', 'a\nb', '-x=/y'])('shellQuote %j comes back', (text) => {
  expect(posixWords(shellQuote(text))).toEqual([text]);
});

test('parseEnvFile', () => {
  const text =
    '\uFEFF# c\nA=1\r\nexport B = two words # why\nC="x\\ny\\"z"\nD=\'#$raw\'\nE=\nF="over\ntwo lines"\nnot a line\nG=a#b\n';
  expect(parseEnvFile(text)).toEqual({
    values: { A: '1', B: 'two words', C: 'x\ny"z', D: '#$raw', E: '', F: 'over\ntwo lines', G: 'a#b' },
    ignored: ['not a line'],
  });
});

test('gdbEnvironment keeps what would break GDB from it', () => {
  const { gdb, program, differences } = gdbEnvironment(
    { PATH: '/bin', SHELL: '/bin/fish', LANG: 'C', OLD: '1' },
    { LD_PRELOAD: '/x.so', FOO: 'bar', OLD: null },
  );
  expect(gdb).toEqual({ PATH: '/bin', SHELL: '/bin/sh', LANG: 'C', LC_CTYPE: 'C.UTF-8', FOO: 'bar' });
  expect(program).toEqual({ PATH: '/bin', SHELL: '/bin/fish', LANG: 'C', LD_PRELOAD: '/x.so', FOO: 'bar' });
  expect(differences).toEqual({
    SHELL: '/bin/fish',
    LD_PRELOAD: '/x.so',
    LC_CTYPE: null,
    LINES: null,
    COLUMNS: null,
  });
});

test('miQuote', () => {
  expect(miQuote('a "b" \\ \n\t')).toBe('"a \\"b\\" \\\\ \\n\\t"');
});

test.each([
  ['5', { kind: 'once', skip: 4 }],
  ['== 5', { kind: 'once', skip: 4 }],
  ['>5', { kind: 'after', skip: 5 }],
  ['>=5', { kind: 'after', skip: 4 }],
  ['%3', { kind: 'every', skip: 2 }],
  ['0', undefined],
  ['%0', undefined],
  ['often', undefined],
])('parseHitCondition %s', (text, condition) => {
  expect(parseHitCondition(text)).toEqual(condition);
});

test('parseLogMessage', () => {
  expect(parseLogMessage('i={i} of {f({1})} \\{no\\} {} {open')).toEqual([
    { text: 'i=' },
    { expression: 'i' },
    { text: ' of ' },
    { expression: 'f({1})' },
    { text: ' {no} {} {open' },
  ]);
});

describe('stopReason', () => {
  const context = (more: object = {}) => ({
    pauseAsked: false,
    entryBreakpoint: undefined,
    hits: [],
    kindOf: () => 'source' as const,
    filterOf: () => undefined,
    ...more,
  });
  test.each([
    [{ reason: 'signal-received', 'signal-name': 'SIGINT' }, { pauseAsked: true }, 'pause'],
    [{ reason: 'signal-received', 'signal-name': 'SIGTRAP' }, { pauseAsked: true }, 'pause'],
    [{ reason: 'signal-received', 'signal-name': 'SIGINT', 'signal-meaning': 'Interrupt' }, {}, 'exception'],
    [{ reason: 'signal-received', 'signal-name': 'SIGSEGV' }, { pauseAsked: true }, 'exception'],
    [{ reason: 'end-stepping-range' }, {}, 'step'],
    [{ reason: 'breakpoint-hit', bkptno: '3' }, { entryBreakpoint: '3' }, 'entry'],
    [{ reason: 'breakpoint-hit', bkptno: '3' }, { kindOf: () => 'instruction' }, 'instruction breakpoint'],
    [{ reason: 'breakpoint-hit', bkptno: '3' }, { filterOf: () => 'throw' }, 'exception'],
    [{ reason: 'watchpoint-trigger', wpt: { number: '2', exp: 'x' } }, {}, 'data breakpoint'],
    [{ reason: 'fork', newpid: '7' }, {}, 'exception'],
    [{}, {}, 'pause'],
  ])('%j', (record, more, reason) => {
    expect(stopReason(record, context(more)).reason).toBe(reason);
  });

  test('every breakpoint that was hit is named once', () => {
    const { hitBreakpointIds } = stopReason(
      { reason: 'breakpoint-hit', bkptno: '2' },
      context({ hits: [2, 5] }),
    );
    expect(hitBreakpointIds).toEqual([2, 5]);
  });
});

test.each([
  [{ reason: 'exited-normally' }, 0],
  [{ reason: 'exited', 'exit-code': '011' }, 9],
  [{ reason: 'exited', 'exit-code': '0377' }, 255],
  [{ reason: 'exited-signalled', 'signal-name': 'SIGSEGV' }, 139],
  [{ reason: 'exited-signalled', 'signal-name': 'SIGKILL' }, 137],
])('exitCode %j', (record, code) => {
  expect(exitCode(record)).toBe(code);
});

test('readThread', () => {
  expect(readThread({ id: '2', 'target-id': 'Thread 0x7ffff7d8a740 (LWP 4711)', name: 'worker' })).toEqual({
    id: 2,
    tid: 4711,
    valgrindTid: undefined,
  });
  expect(readThread({ id: '1', 'target-id': 'Thread 4711', details: 'tid 3 VgTs_Runnable' })).toEqual({
    id: 1,
    tid: 4711,
    valgrindTid: 3,
  });
  expect(readThread({ id: '1', 'target-id': 'process 12' })).toMatchObject({ tid: 12 });
});

describe('the relay between GDB and vgdb', () => {
  const bytes = (text: string) => Buffer.from(text, 'latin1');

  test('an interrupt is one between packets only', () => {
    const scanner = new InterruptScanner();
    expect(scanner.scan(bytes('$X10,1:\x03#00'))).toBe(false);
    expect(scanner.scan(bytes('+\x03'))).toBe(true);
    expect(scanner.scan(bytes('$vCont;'))).toBe(false);
    expect(scanner.scan(bytes('s\x03:1#'))).toBe(false);
    expect(scanner.scan(bytes('a'))).toBe(false);
    expect(scanner.scan(bytes('b\x03'))).toBe(true);
  });

  const packet = (body: string) => {
    const sum = [...bytes(body)].reduce((a, b) => (a + b) & 0xff, 0);
    return `$${body}#${sum.toString(16).padStart(2, '0')}`;
  };

  test('after an interrupt, and only then, the stop of a step becomes SIGINT', () => {
    const rewriter = new StopRewriter();
    const step = packet('T05thread:1;06:0*,;');
    expect(rewriter.pass(bytes(step)).toString('latin1')).toBe(step);
    rewriter.expect();
    expect(rewriter.pass(bytes(`+${packet('O6869')}${step}`)).toString('latin1')).toBe(
      `+${packet('O6869')}${packet('T02thread:1;06:0*,;')}`,
    );
    expect(rewriter.pass(bytes(step)).toString('latin1')).toBe(step);
  });

  test('a reply that comes in pieces is held until it is whole', () => {
    const rewriter = new StopRewriter();
    rewriter.expect();
    const out = ['+$T0', '5thread:1;', '#', packet('T05thread:1;').slice(-2)].map((t) =>
      rewriter.pass(bytes(t)).toString('latin1'),
    );
    expect(out.join('')).toBe(`+${packet('T02thread:1;')}`);
    expect(out.slice(0, 3)).toEqual(['+', '', '']);
  });

  test('another end answers the interrupt', () => {
    const rewriter = new StopRewriter();
    rewriter.expect();
    for (const text of [packet('W00'), packet('T05thread:1;')])
      expect(rewriter.pass(bytes(text)).toString('latin1')).toBe(text);
    rewriter.expect();
    rewriter.forget();
    expect(rewriter.pass(bytes(packet('T05a'))).toString('latin1')).toBe(packet('T05a'));
  });
});
