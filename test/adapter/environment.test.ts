import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { program } from './program';
import { newClient, useSessions } from './session';

useSessions();

const directory = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'bts-env-')));
afterAll(() => rmSync(directory, { recursive: true }));

const EXOTIC = [
  'plain',
  'two words',
  "it's",
  '"quoted"',
  '$HOME',
  '*',
  '',
  'a\\b',
  'tab\there',
  'semi;colon',
  'é😀',
  '>x',
  '&',
];

describe.each(['off', 'valgrind'])('arguments and environment, recorder %s', (recorder) => {
  const run = async (args: object, env?: NodeJS.ProcessEnv) => {
    const client = newClient(env);
    await client.launch({ program: program('environment'), branchHistory: { recorder }, ...args });
    await client.request('configurationDone');
    await client.event('exited');
    return client.text('stdout');
  };
  const listed = (args: readonly string[]) => args.map((arg, i) => `arg[${i + 1}]=<${arg}>\n`).join('');

  test('every argument arrives as it is', async () => {
    expect(await run({ args: EXOTIC })).toContain(`${listed(EXOTIC)}cwd=`);
  });

  test('an argument with a newline too', async () => {
    expect(await run({ args: ['one\ntwo', "a'b"] })).toContain(listed(['one\ntwo', "a'b"]));
  });

  test('the string "arguments" is split without a shell', async () => {
    const text = await run({ arguments: `a 'b c' "d $HOME" e\\ f * >out` });
    expect(text).toContain(`${listed(['a', 'b c', 'd $HOME', 'e f', '*', '>out'])}cwd=`);
  });

  test('cwd', async () => {
    expect(await run({ cwd: directory })).toContain(`cwd=<${directory}>\n`);
    expect(await run({})).toContain(`cwd=<${path.dirname(program('environment'))}>\n`);
  });

  test('env over envFile over the adapter; null removes; GDB and the program get what is theirs', async () => {
    const envFile = path.join(directory, 'file.env');
    writeFileSync(
      envFile,
      '# comment\nexport BTS_A=from file\nBTS_B="two\\nlines"\nBTS_C=\'$raw\' # why\nnonsense\n',
    );
    const env = {
      BTS_A: 'from env',
      BTS_GONE: null,
      BTS_D: 'x=y "z"',
      LD_LIBRARY_PATH: '/nonexistent',
      SHELL: '/bin/myshell',
    };
    const text = await run(
      { env, envFile },
      { ...process.env, BTS_GONE: 'still', BTS_KEPT: 'kept', SHELL: '/bin/other' },
    );
    for (const line of [
      'BTS_A=from env',
      'BTS_B=two\nlines',
      'BTS_C=$raw',
      'BTS_D=x=y "z"',
      'BTS_KEPT=kept',
      'SHELL=/bin/myshell',
    ])
      expect(text).toContain(`env ${line}\n`);
    expect(text).toMatch(/env LD_LIBRARY_PATH=(.*:)?\/nonexistent/);
    expect(text).not.toContain('BTS_GONE');
    expect(text).not.toContain('LINES');
    expect(text).not.toContain('LC_CTYPE=C.UTF-8');
  });

  test('the base name "environment" means the same', async () => {
    expect(await run({ environment: { BTS_E: 'e' } })).toContain('env BTS_E=e\n');
  });

  test('no file is open that the program did not open, and no variable set', async () => {
    const text = await run({});
    // Valgrind keeps the descriptor of its log open for the program to see.
    expect(text).toContain(`open files ${recorder === 'valgrind' ? 1 : 0}\n`);
    expect(text).not.toContain('LD_L');
  });
});

test('initCommands, preConnectCommands, preRunCommands and gdbArguments reach GDB in order', async () => {
  const client = newClient();
  await client.launch({
    program: program('environment'),
    gdbArguments: ['-ex', 'set $from_arguments = 1'],
    preConnectCommands: ['set $order = 1'],
    initCommands: ['set $order = $order * 10 + 2'],
    preRunCommands: ['set $order = $order * 10 + 3'],
    stopAtEntry: true,
    branchHistory: { recorder: 'off' },
  });
  await client.request('configurationDone');
  await client.stopped('entry');
  expect(await client.evaluate('$order')).toBe('123');
  expect(await client.evaluate('$from_arguments')).toBe('1');
});

test('setupCommands may fail when they say so, and fail the launch when not', async () => {
  const client = newClient();
  const args = { program: program('environment'), branchHistory: { recorder: 'off' } };
  await client.launch({ ...args, setupCommands: [{ text: 'nonsense', ignoreFailures: true }, 'set $x = 1'] });
  expect(client.text('console')).toContain('nonsense');
  const other = newClient();
  await other.initialize();
  expect(await other.failing('launch', { ...args, setupCommands: ['nonsense'] })).toContain('nonsense');
});

test('sourceFileMap tells where the sources are', async () => {
  const client = newClient();
  const built = path.dirname(__filename);
  await client.launch({
    program: program('basic'),
    sourceFileMap: { [`${built}/programs`]: directory },
    stopAtEntry: true,
    branchHistory: { recorder: 'off' },
  });
  await client.request('configurationDone');
  await client.stopped('entry');
  expect((await client.topFrame()).source).toMatchObject({
    path: path.join(directory, 'basic.c'),
    presentationHint: 'deemphasize',
  });
});
