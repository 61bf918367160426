import { expect, test } from 'vitest';
import type { DapClient } from './dap-client';
import { HistoryClient } from './history-client';
import { useSessions } from './session';

useSessions();

/** One step back from where `secret` is 987654321. */
async function inThePast(): Promise<{ client: HistoryClient; dap: DapClient }> {
  const client = await HistoryClient.stopped('history', { at: ['outer-return'] });
  expect((await client.move('stepBack')).at).toBe('outer-secret');
  return { client, dap: client.dap };
}

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
