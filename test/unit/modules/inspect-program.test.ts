import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inspectProgram } from '../../../adapter/modules/inspect-program';
import { compile, scratchDirectory } from '../compiled';

const directory = scratchDirectory();
const SOURCE = 'int main(void) { return 0; }\n';
const built = (name: string, ...flags: string[]): string => compile(directory, 'p.c', SOURCE, name, flags);

function written(name: string, contents: string | Buffer, mode = 0o755): string {
  const path = join(directory, name);
  writeFileSync(path, contents);
  chmodSync(path, mode);
  return path;
}

/** `kind (detail): prevents code` of each finding. */
async function inspect(path: string): Promise<string[]> {
  return (await inspectProgram(path)).map(
    ({ kind, prevents, detail, error }) =>
      `${kind}${detail ? ` (${detail})` : ''}: ${prevents}${error ? ` ${error.code}` : ''}`,
  );
}

test('a program with debug information has no findings', async () => {
  expect(await inspect(built('plain', '-g'))).toEqual([]);
  expect(await inspect(built('static', '-g', '-static'))).toEqual([]);
  expect(await inspect(built('fixed', '-g', '-no-pie'))).toEqual([]);
});

test('what cannot be run at all', async () => {
  const inFolder = join(directory, 'folder');
  mkdirSync(inFolder);
  expect(await inspect(join(directory, 'nowhere'))).toEqual(['missing: everything program-missing']);
  expect(await inspect(inFolder)).toEqual(['not a file: everything program-not-file']);
  expect(await inspect(written('plain-text', 'hello'))).toEqual(['not ELF: everything program-not-elf']);
  expect(await inspect(written('empty', ''))).toEqual(['not ELF: everything program-not-elf']);
  expect(await inspect(written('mode', 'hello', 0o644))).toEqual([
    'not executable: everything program-not-executable',
  ]);
  expect(await inspect(built('object.o', '-c'))).toEqual([
    'not executable: everything program-not-executable',
  ]);
  chmodSync(join(directory, 'object.o'), 0o755);
  expect(await inspect(join(directory, 'object.o'))).toEqual(['not ELF: everything program-not-elf']);
});

test('a script names its interpreter', async () => {
  expect(await inspect(written('script', '#! /usr/bin/env python3\n'))).toEqual([
    'script (/usr/bin/env): debugging program-not-elf',
  ]);
});

test('another machine is named', async () => {
  const arm = Buffer.from(execFileSync('cat', [built('native')]));
  arm.writeUInt16LE(183, 18);
  expect(await inspect(written('arm', arm))).toEqual([
    'wrong machine (ARM (64-bit)): everything program-wrong-machine',
  ]);
});

test('32-bit programs are not for Valgrind', async () => {
  const path = compile(directory, 's.c', 'void _start(void) { for (;;); }\n', 'm32', [
    '-m32',
    '-nostdlib',
    '-static',
  ]);
  expect(await inspect(path)).toEqual(['32-bit: valgrind program-not-for-valgrind']);
});

test('set-uid programs lose their rights under Valgrind', async () => {
  const path = built('setuid', '-g');
  chmodSync(path, 0o4755);
  expect(await inspect(path)).toEqual(['set-uid: valgrind program-not-for-valgrind']);
});

test('sanitizers, linked as a library or into the program', async () => {
  const expected = 'sanitizer (AddressSanitizer): valgrind program-not-for-valgrind';
  const dynamic = built('asan', '-g', '-fsanitize=address');
  expect(await inspect(dynamic)).toEqual([expected]);
  expect((await inspectProgram(dynamic))[0]!.error!.message).toMatch(/linked with libasan\.so/);
  const inside = built('asan-static', '-g', '-fsanitize=address', '-static-libasan');
  expect(await inspect(inside)).toEqual([expected]);
  expect((await inspectProgram(inside))[0]!.error!.message).toMatch(/linked statically/);
  expect(await inspect(built('tsan', '-g', '-fsanitize=thread'))).toEqual([
    'sanitizer (ThreadSanitizer): valgrind program-not-for-valgrind',
  ]);
  expect(await inspect(built('ubsan', '-g', '-fsanitize=undefined'))).toEqual([]);
});

test('a Go program is known by its build information', async () => {
  const path = built('go', '-g');
  execFileSync('objcopy', ['--add-section', `.go.buildinfo=${written('info', 'go1.22')}`, path]);
  expect(await inspect(path)).toEqual(['Go: valgrind program-not-for-valgrind']);
});

test('a program that says it needs AVX-512', async () => {
  expect(await inspect(built('v3', '-g', '-Wl,-z,x86-64-v3'))).toEqual([]);
  expect(await inspect(built('v4', '-g', '-Wl,-z,x86-64-v4'))).toEqual([
    'needs AVX-512: valgrind program-not-for-valgrind',
  ]);
});

test('missing symbols and debug information are mentioned and prevent nothing', async () => {
  expect(await inspect(built('no-g'))).toEqual(['no debug information: nothing']);
  expect(await inspect(built('stripped', '-s'))).toEqual(['stripped: nothing']);
});

test('a debug file beside the program counts', async () => {
  const path = built('linked', '-g', '-Wl,--build-id=none');
  execFileSync('objcopy', ['--only-keep-debug', path, `${path}.debug`]);
  execFileSync('objcopy', ['--strip-all', `--add-gnu-debuglink=${path}.debug`, path]);
  expect(await inspect(path)).toEqual([]);
  execFileSync('rm', [`${path}.debug`]);
  expect(await inspect(path)).toEqual(['stripped: nothing']);
});

test('a file cut short anywhere is no trouble', async () => {
  const whole = execFileSync('cat', [built('whole', '-g')]);
  for (let length = 0; length < 1200; length += 13) {
    await inspectProgram(written('cut', whole.subarray(0, length)));
  }
});
