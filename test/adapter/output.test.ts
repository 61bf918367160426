import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findExecutable } from '../../adapter/target/find-executable';
import { program } from './program';
import { newClient, useSessions } from './session';

useSessions();

describe.each(['off', 'valgrind'])('program output, recorder %s', (recorder) => {
  const run = async (argument: string) => {
    const client = newClient();
    await client.launch({ program: program('output'), args: [argument], branchHistory: { recorder } });
    await client.request('configurationDone');
    return client;
  };

  test('text that looks like GDB/MI is text', async () => {
    const client = await run('mi');
    expect((await client.event('exited')).exitCode).toBe(0);
    expect(client.text('stdout')).toBe(
      '*stopped,reason="exited-normally"\n^done,value="bogus"\n~"console"\n=thread-exited,id="1"\n(gdb) \n*\n',
    );
  });

  test('a character that comes a byte at a time arrives whole', async () => {
    const client = await run('utf8');
    await client.event('exited');
    expect(client.text('stdout')).toBe('café 😀 ok\n');
  });

  test('all of it arrives before exited, the last line without a newline too', async () => {
    const client = await run('much');
    await client.event('exited');
    const text = client.text('stdout');
    expect(text.length).toBe(60_000 * 61 + 'no newline at the end'.length);
    expect(text.startsWith('line 000000 ')).toBe(true);
    expect(text.endsWith('no newline at the end')).toBe(true);
  });

  test('a line is there when it is written, as in a terminal', async () => {
    const client = await run('lines');
    await client.untilText('stdout', 'first\n');
    expect(client.text('stdout')).toBe('first\n');
    await client.event('exited');
    expect(client.text('stdout')).toBe('first\nsecond\n');
  });

  test('"<" in the debug console is the standard input', async () => {
    const client = await run('echo');
    await client.request('evaluate', { expression: '<hello you', context: 'repl' });
    await client.untilText('stdout', 'got hello you\n');
    await client.request('evaluate', { expression: '<  two', context: 'repl' });
    await client.request('evaluate', { expression: '<', context: 'repl' });
    await client.event('exited');
    expect(client.text('stdout')).toBe('got hello you\ngot   two\nend of input\n');
  });

  test('stdin and stdout are a terminal, and the controlling one', async () => {
    const client = await run('tty');
    await client.event('exited');
    expect(client.text('stdout')).toBe('1 1 0\nctty 1\n');
  });
});

test.each(['off', 'valgrind'])('without a pseudo-terminal, recorder %s: pipes do', async (recorder) => {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'bts-path-'));
  try {
    // All that a session needs, but perl.
    for (const name of [
      'gdb',
      'sh',
      'mkfifo',
      'setpriv',
      'setsid',
      'valgrind.bin',
      'valgrind',
      'vgdb',
      'make',
    ]) {
      const file = findExecutable(name);
      if (file) symlinkSync(file, path.join(directory, name));
    }
    const client = newClient({ ...process.env, PATH: directory });
    await client.launch({ program: program('output'), args: ['echo'], branchHistory: { recorder } });
    await client.request('configurationDone');
    await client.request('evaluate', { expression: '<hello', context: 'repl' });
    await client.request('evaluate', { expression: '<', context: 'repl' });
    await client.event('exited');
    expect(client.text('stdout')).toBe('got hello\nend of input\n');
    const other = newClient({ ...process.env, PATH: directory });
    await other.launch({ program: program('output'), args: ['utf8'], branchHistory: { recorder } });
    await other.request('configurationDone');
    await other.event('exited');
    expect(other.text('stdout')).toBe('café 😀 ok\n');
  } finally {
    rmSync(directory, { recursive: true });
  }
});
