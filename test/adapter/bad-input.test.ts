import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { program, source } from './program';
import { newClient, useSessions } from './session';

useSessions();

const directory = mkdtempSync(path.join(os.tmpdir(), 'bts-bad-'));
const file = (name: string) => path.join(directory, name);
afterAll(() => rmSync(directory, { recursive: true }));

beforeAll(() => {
  const image = readFileSync(program('basic'));
  const patched = (name: string, at: number, value: number) => {
    const copy = Buffer.from(image);
    copy[at] = value;
    writeFileSync(file(name), copy, { mode: 0o755 });
  };
  patched('arm64', 18, 183);
  patched('i386', 18, 3);
  copyFileSync(program('basic'), file('unexecutable'));
  chmodSync(file('unexecutable'), 0o644);
  writeFileSync(file('script'), '#!/bin/sh\necho hi\n', { mode: 0o755 });
  writeFileSync(file('text'), 'not a program at all, but long enough to be one', { mode: 0o755 });
  writeFileSync(file('empty'), '', { mode: 0o755 });
  writeFileSync(file('fake-gdb'), '#!/bin/sh\necho nothing of GDB\n', { mode: 0o755 });
});

describe.each(['off', 'valgrind'])('bad input, recorder %s', (recorder) => {
  test.each([
    [
      'a missing program',
      () => ({ program: '/no/such/program' }),
      /\/no\/such\/program does not exist.*Build it/,
    ],
    ['a directory', () => ({ program: directory }), /is not a file/],
    ['no execute permission', () => ({ program: file('unexecutable') }), /chmod \+x/],
    ['a script', () => ({ program: file('script') }), /is a script/],
    ['a text', () => ({ program: file('text') }), /not an ELF file/],
    ['an empty file', () => ({ program: file('empty') }), /an empty file/],
    ['an object file', () => ({ program: program('basic.o') }), /not linked/],
    ['ARM', () => ({ program: file('arm64') }), /ARM \(64-bit\).*x86-64/],
    ['32 bits', () => ({ program: file('i386') }), /x86 \(32-bit\)/],
    [
      'a missing cwd',
      () => ({ program: program('basic'), cwd: '/no/such/dir' }),
      /\/no\/such\/dir does not exist.*"cwd"/,
    ],
    ['no GDB', () => ({ program: program('basic'), gdb: '/no/gdb' }), /GDB was not found.*apt install gdb/],
    [
      'a GDB that is none',
      () => ({ program: program('basic'), gdb: file('fake-gdb') }),
      /does not look like GDB/,
    ],
    ['no program', () => ({}), /"program"/],
    [
      'an unknown attribute',
      () => ({ program: program('basic'), stopAtentry: true }),
      /"stopAtentry".*Did you mean "stopAtEntry"/,
    ],
    ['a missing envFile', () => ({ program: program('basic'), envFile: '/no/env' }), /envFile \/no\/env/],
    [
      'args and arguments',
      () => ({ program: program('basic'), args: [], arguments: '' }),
      /"args" and "arguments"/,
    ],
    ['an unfinished quote', () => ({ program: program('basic'), arguments: 'a "b' }), /unfinished/],
    ['a missing core', () => ({ program: program('basic'), coreDumpPath: '/no/core' }), /\/no\/core/],
    ['a core that is none', () => ({ program: program('basic'), coreDumpPath: file('text') }), /core/],
  ])('%s', async (_, args, message) => {
    const client = newClient();
    await client.initialize();
    const text = await client.failing('launch', { ...args(), branchHistory: { recorder } });
    expect(text).toMatch(message);
    expect(await client.disconnect()).toBeLessThan(1000);
  });

  test('a stripped program runs, with a note; stopAtEntry still stops', async () => {
    const client = newClient();
    await client.launch({
      program: program('basic-stripped'),
      stopAtEntry: true,
      branchHistory: { recorder },
    });
    expect(client.text('console')).toMatch(/no debug information and is stripped.*-g/);
    const [breakpoint] = await client.breakpoints(source('basic.c'), [{ line: 10 }]);
    expect(breakpoint).toMatchObject({ verified: false });
    await client.request('configurationDone');
    await client.stopped('entry');
    expect(await client.toExit()).toBe(9);
  });
});

test('no Valgrind', async () => {
  const client = newClient({ ...process.env, PATH: `${directory}` });
  await client.initialize();
  const text = await client.failing('launch', {
    program: program('basic'),
    branchHistory: { recorder: 'valgrind' },
  });
  expect(text).toMatch(/Valgrind.*apt install valgrind/);
});

test.each([
  [{ followFork: 'child' }, /followFork.*Valgrind/],
  [{ gdbNonStop: true }, /gdbNonStop.*Valgrind/],
])('under Valgrind %o is refused', async (args, message) => {
  const client = newClient();
  await client.initialize();
  const all = { program: program('basic'), branchHistory: { recorder: 'valgrind' }, ...args };
  expect(await client.failing('launch', all)).toMatch(message);
});

test('a recorder that is not there', async () => {
  const client = newClient();
  await client.initialize();
  const text = await client.failing('launch', {
    program: program('basic'),
    branchHistory: { recorder: 'bts' },
  });
  expect(text).toContain('"bts"');
});

test('attach to nothing', async () => {
  const client = newClient();
  await client.initialize();
  expect(await client.failing('attach', { processId: 999999999 })).toMatch(/999999999.*no such process/i);
  const other = newClient();
  await other.initialize();
  expect(await other.failing('attach', {})).toContain('"processId"');
});
