import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findValgrind } from '../../adapter/recorder/valgrind-install';
import { record } from './recorded-run';
import { scratchDirectory } from './scratch-directory';

const scratch = scratchDirectory();

it('finds the installed Valgrind and our tool for it', async () => {
  const install = await findValgrind();
  expect(install.valgrind).toMatch(/^\/.*valgrind(\.bin)?$/);
  expect(install.lib.endsWith(`/vgtool/${install.version}`)).toBe(true);
});

it('starts the program with no environment variables of its own', async () => {
  const plain = execFileSync('/usr/bin/env', { encoding: 'utf8' }).trim().split('\n');
  const run = await record(['/usr/bin/env'], { scratch });
  const names = (lines: string[]) => lines.map((line) => line.split('=')[0]!);
  const added = names(run.stdout.trim().split('\n')).filter((name) => !names(plain).includes(name));
  // GLIBC's and Valgrind's own; VALGRIND_LIB is how we find the tool.
  expect(added.filter((name) => !name.startsWith('VALGRIND') && name !== 'LD_PRELOAD')).toEqual([]);
});

it('says so when Valgrind is not there, or is not Valgrind', async () => {
  await expect(findValgrind('no-such-valgrind')).rejects.toMatchObject({
    code: 'valgrind-missing',
    blame: 'user',
  });
  await expect(findValgrind('/bin/true')).rejects.toMatchObject({ code: 'valgrind-missing' });
});

describe('a Valgrind that the tool is not built for yet', () => {
  const fake = join(scratch, 'valgrind');
  writeFileSync(fake, '#!/bin/sh\necho valgrind-0.0.1-test\n', { mode: 0o755 });
  const empty = join(scratch, 'empty');
  mkdirSync(empty);

  it.each<[string, string, string, RegExp]>([
    ['make', 'PATH', empty, /the command "make" was not found.*apt install valgrind gcc make/],
    ['its headers', 'VALGRIND_INCLUDE', '', /pub_tool_basics\.h of Valgrind 0\.0\.1-test is missing/],
    ['its archives', 'VALGRIND_ARCHIVES', '', /libcoregrind-amd64-linux\.a .* is missing/],
    ['a compiler that works', 'CC', '/bin/false', /could not be built: .*obj\/bts_main\.o.* Error 1/],
  ])('needs %s, or says so', async (_, variable, value, message) => {
    const before = process.env[variable];
    process.env[variable] = value;
    try {
      const error = await findValgrind(fake).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'valgrind-tool', blame: 'user' });
      expect((error as Error).message).toMatch(message);
    } finally {
      if (before === undefined) delete process.env[variable];
      else process.env[variable] = before;
    }
    const places = [
      join(__dirname, '../../dist/vgtool'),
      join(homedir(), '.cache/branch-history-debugger/vgtool'),
    ];
    const left = places.filter((place) => existsSync(place)).flatMap((place) => readdirSync(place));
    expect(left.filter((name) => name.startsWith('0.0.1-test'))).toEqual([]);
  });

  it('is built for it, once, and found from then on', async () => {
    const [first, second] = await Promise.all([findValgrind(fake), findValgrind(fake)]);
    expect(first).toEqual(second);
    expect(existsSync(join(first.lib, 'bts-amd64-linux'))).toBe(true);
    expect(existsSync(join(first.lib, 'none-amd64-linux'))).toBe(true);
    rmSync(first.lib, { recursive: true });
  });
});
