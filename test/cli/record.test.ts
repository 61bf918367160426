import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { compile, lineOf, scratchDirectory } from '../unit/compiled';
import { bts, jsonLines, start } from './bts';
import { SAMPLE } from './sample';

const directory = scratchDirectory();
const sample = compile(directory, 'sample.c', SAMPLE, 'sample', ['-g', '-O0']);
const line = (marker: string): string => `sample.c:${lineOf(SAMPLE, marker)}`;

let made = 0;
/** A folder of its own, to see what is left in it, with another one for temporary files. */
function folder(): { cwd: string; env: NodeJS.ProcessEnv; temporary: string } {
  const cwd = join(directory, `run${made++}`);
  const temporary = join(cwd, 'tmp');
  mkdirSync(temporary, { recursive: true });
  return { cwd, temporary, env: { ...process.env, TMPDIR: temporary } };
}

/** Nothing of the run's own may be left: a recording is large. */
function leftIn(temporary: string): string[] {
  return readdirSync(temporary).flatMap((name) => readdirSync(join(temporary, name)));
}

/** Mounts a file system of 64 kB; false where that is not allowed. */
function mountSmall(path: string): boolean {
  mkdirSync(path);
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', path]).status === 0;
}

describe('the program is run as without', () => {
  test('input, output and status are its own', async () => {
    const at = folder();
    const run = await bts(['record', '-o', 'x.btrace', sample, 'echo'], at, 'a line\n');
    expect(run.status).toBe(0);
    expect(run.stdout).toBe('read a line\n');
    expect(run.stderr).toMatch(/^on stderr\nbts: [0-9,]+ records of 1 thread in .*x\.btrace/);
    expect(readdirSync(at.cwd).sort()).toEqual(['tmp', 'x.btrace']);
    expect(leftIn(at.temporary)).toEqual([]);
  });

  test('the file is named for the program, options behind it are its own', async () => {
    const at = folder();
    const run = await bts(['record', '--records', '1,000', sample, '--records', '-o'], at);
    expect(run.status).toBe(3);
    expect(readdirSync(at.cwd).sort()).toEqual(['sample.btrace', 'tmp']);
    const shown = await bts(['show', 'sample.btrace', '--format', 'jsonl'], at);
    expect(jsonLines(shown).length).toBeLessThanOrEqual(1000);
    expect((await bts(['show', 'sample.btrace'], at)).stdout).toContain('sample --records -o\n');
  });

  test('a program that crashes is recorded up to the line that did it', async () => {
    const at = folder();
    const run = await bts(['record', '-o', 'x.btrace', '--', sample, 'crash'], at);
    expect(run.status).toBe(128 + 11);
    const text = (await bts(['show', 'x.btrace', '--last', '3'], at)).stdout.split('\n');
    expect(text[1]).toContain('ended by SIGSEGV');
    expect(text.at(-2)).toMatch(new RegExp(`exit +sum ${line('CRASH')}$`));
    expect(text.at(-3)).toContain(`sum ${line('LOOP')}`);
    expect(text.at(-3)).toMatch(/× \d$/);
  });

  test('so is one that is killed', async () => {
    const at = folder();
    const run = await bts(['record', '-o', 'x.btrace', sample, 'kill'], at);
    expect(run.status).toBe(128 + 9);
    const shown = await bts(['show', 'x.btrace', '--function', '^raise$|^main$'], at);
    expect(shown.stdout).toMatch(/call +main sample\.c:\d+ +→ raise@plt/);
    expect(leftIn(at.temporary)).toEqual([]);
  });

  test('Ctrl-C is for the program', async () => {
    const at = folder();
    const { child, ended } = start(['record', '-o', 'x.btrace', sample, 'wait'], { ...at, detached: true });
    await new Promise((resolve) => child.stdout!.once('data', resolve));
    process.kill(-child.pid!, 'SIGINT'); // as the terminal does: to its foreground group
    expect((await ended).status).toBe(42);
    const shown = await bts(['show', 'x.btrace', '--last', '1000'], at);
    expect(shown.stdout).toMatch(new RegExp(`signal 2 \\(SIGINT\\) .*→ on_interrupt ${line('HANDLER')}`));
  });

  test('SIGTERM reaches it too', async () => {
    const at = folder();
    const { child, ended } = start(['record', '-o', 'x.btrace', sample, 'wait'], at);
    await new Promise((resolve) => child.stdout!.once('data', resolve));
    child.kill('SIGTERM');
    expect((await ended).status).toBe(128 + 15);
    expect(existsSync(join(at.cwd, 'x.btrace'))).toBe(true);
  });

  test('a program that becomes another one is told of, and followed when asked', async () => {
    const source = `#include <unistd.h>
int main(int argc, char **argv) { execv(argv[1], argv + 1); return 1; }
`;
    const runner = compile(directory, 'runner.c', source, 'runner', ['-g']);
    const at = folder();
    const run = await bts(['record', '-o', 'x.btrace', runner, sample], at);
    expect(run).toMatchObject({ status: 3, stderr: expect.stringMatching(/became another one by exec/) });
    expect((await bts(['show', 'x.btrace', '--last', '3'], at)).stdout).toMatch(/ exec/);
    const followed = await bts(['record', '--follow-exec', '-o', 'x.btrace', runner, sample], at);
    expect(followed.status).toBe(3);
    expect(followed.stderr).not.toMatch(/exec/);
    const shown = (await bts(['show', 'x.btrace', '--function', '^sum$'], at)).stdout;
    expect(shown.startsWith(sample)).toBe(true);
    expect(shown).toMatch(/call +main sample\.c:\d+ +→ sum/);
  });

  test('a script is recorded as its interpreter', async () => {
    const at = folder();
    const script = join(at.cwd, 'script');
    writeFileSync(script, '#!/bin/sh\nexit 7\n');
    chmodSync(script, 0o755);
    expect((await bts(['record', '-o', 'x.btrace', './script'], at)).status).toBe(7);
    expect((await bts(['show', 'x.btrace', '--modules'], at)).stdout).toMatch(/\/(da)?sh /);
  });
});

describe('what cannot be', () => {
  const refusals: readonly [what: string, args: string[], status: number, why: RegExp][] = [
    ['no program', ['-o', 'x.btrace'], 2, /PROGRAM is missing/],
    ['an unknown option', ['--recrods', '5', sample], 2, /Unknown option '--recrods'/],
    ['too few records', ['--records', '10', sample], 2, /--records is a number from 1000 to 67,108,864/],
    ['an option without its value', ['--records', '--', sample], 2, /--records needs a value/],
    [
      'an unknown recorder',
      ['--recorder', 'magic', sample],
      2,
      /--recorder is one of auto, bts, step, valgrind/,
    ],
    ['the kernel module', ['--recorder', 'bts', sample], 125, /needs the kernel module/],
    ['kernel mode', ['--mode', 'user,kernel', sample], 125, /cannot see the kernel/],
    ['a program that is not there', ['no-such-program-here'], 127, /not found in PATH/],
    ['a path that is not there', ['./nowhere'], 127, /\.\/nowhere does not exist/],
    ['what is not executable', [join(directory, 'sample.c')], 126, /is not executable/],
    ['a folder', [directory], 126, /is not a file/],
    ['an unwritable place', ['-o', '/proc/x.btrace', sample], 125, /cannot be saved in \/proc/],
    ['a folder that is not there', ['-o', 'no/such/x.btrace', sample], 125, /no such file or directory/],
  ];

  test.each(refusals)('%s', async (_, args, status, why) => {
    const at = folder();
    const run = await bts(['record', ...args], at);
    expect(run).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(why) });
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
    expect(readdirSync(at.cwd)).toEqual(['tmp']);
    expect(leftIn(at.temporary)).toEqual([]);
  });

  test('a 32-bit program', async () => {
    const path = compile(directory, 's.c', 'void _start(void) { for (;;); }\n', 'm32', [
      '-m32',
      '-nostdlib',
      '-static',
    ]);
    const run = await bts(['record', path], folder());
    expect(run).toMatchObject({ status: 126, stderr: expect.stringMatching(/is a 32-bit program/) });
  });

  describe('on a full disk', () => {
    const small = join(directory, 'small');
    const mounted = mountSmall(small);
    afterAll(() => void (mounted && execFileSync('umount', [small])));

    test.skipIf(!mounted)('the program is not run when its recording has no room', async () => {
      const at = folder();
      const run = await bts(['record', '-o', 'x.btrace', sample], {
        ...at,
        env: { ...at.env, TMPDIR: small },
      });
      expect(run).toMatchObject({
        status: 125,
        stdout: '',
        stderr: expect.stringMatching(/there is no room/),
      });
      expect(readdirSync(at.cwd)).toEqual(['tmp']);
      expect(leftIn(small)).toEqual([]);
    });

    test.skipIf(!mounted)('no half-written file is left', async () => {
      const at = folder();
      const run = await bts(['record', '-o', join(small, 'x.btrace'), sample], at);
      expect(run).toMatchObject({ status: 125, stderr: expect.stringMatching(/no space left/) });
      expect(readdirSync(small).filter((name) => name.startsWith('x.btrace'))).toEqual([]);
    });
  });

  test('names, with a GDB that does not work: the recording is saved without', async () => {
    const at = folder();
    const tools = join(at.cwd, 'tmp', 'tools');
    mkdirSync(tools);
    writeFileSync(join(tools, 'gdb'), '#!/bin/sh\necho broken >&2\nexit 1\n');
    chmodSync(join(tools, 'gdb'), 0o755);
    const env = { ...at.env, PATH: `${tools}:${process.env['PATH']}` };
    const run = await bts(['record', '-o', 'x.btrace', sample], { ...at, env });
    expect(run.status).toBe(3);
    expect(run.stderr).toMatch(/could not run its Python script: broken/);
    const shown = await bts(['show', 'x.btrace', '--last', '200'], at);
    expect(shown.stdout).toMatch(/call +sample\+0x[0-9a-f]+ +→ sample\+0x[0-9a-f]+/);
  });

  test('recordings, without Valgrind', async () => {
    const at = folder();
    const node = join(at.cwd, 'tmp', 'bin');
    mkdirSync(node);
    execFileSync('ln', ['-s', '/bin/true', join(node, 'true')]);
    const run = await bts(['record', sample], { ...at, env: { ...at.env, PATH: node } });
    expect(run).toMatchObject({
      status: 125,
      stderr: expect.stringMatching(/Valgrind was not found.*apt install/),
    });
  });
});
