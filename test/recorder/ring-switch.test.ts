import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { IcedDecoder } from '../../adapter/decoder/iced-decoder';
import { RecordingDirectory } from '../../adapter/recorder/recording-directory';
import { RingProcess } from '../../src/ring/ring-process';
import { startRecording } from './recorded-run';
import { checkChain } from './ring-chain';
import { scratchDirectory } from './scratch-directory';

const scratch = scratchDirectory();

const PROGRAM = `
#include <stdio.h>
__attribute__((noinline)) int leaf(int x) { return x * 3 + 1; }
__attribute__((noinline)) int work(int n) { int s = 0; for (int i = 0; i < n; i++) s += leaf(i); return s; }
int main(void) { int a = work(10), b = work(20), c = work(1000), d = work(40); printf("%d\\n", a + b + c + d); return 0; }`;

/** Runs GDB's commands against the program and gives the recording's state after each `shell` line, by copy. */
async function underGdb(
  options: string[],
  commands: string[],
): Promise<{ gdb: string; snapshots: string[] }> {
  writeFileSync(join(scratch, 'work.c'), PROGRAM);
  execFileSync('gcc', ['-O1', '-g', '-o', 'work', 'work.c'], { cwd: scratch });
  const prefix = join(scratch, `vgdb${Math.random()}`);
  const run = await startRecording([join(scratch, 'work')], {
    scratch,
    options: ['--vgdb=yes', '--vgdb-error=0', `--vgdb-prefix=${prefix}`, ...options],
  });
  while (!readdirSync(scratch).some((name) => name.startsWith(prefix.slice(scratch.length + 1))))
    await sleep(50);
  let copies = 0;
  const script = [
    'set pagination off',
    'set confirm off',
    `target remote | vgdb --wait=20 --vgdb-prefix=${prefix}`,
    'break work',
    ...commands.map((line) =>
      line === 'COPY' ? `shell cp -r ${run.directory} ${run.directory}.${copies++}` : line,
    ),
    'delete',
    'continue',
  ];
  const file = join(scratch, 'script');
  writeFileSync(file, `${script.join('\n')}\n`);
  const { stdout, stderr } = await promisify(execFile)(
    'gdb',
    ['-q', '-nx', '-batch', '-x', file, join(scratch, 'work')],
    {
      timeout: 60_000,
    },
  );
  expect(await run.end).toMatchObject({ status: 0, stdout: '1502615\n' });
  const snapshots = Array.from({ length: copies }, (_, i) => `${run.directory}.${i}`);
  expect(snapshots.every((copy) => existsSync(copy))).toBe(true);
  return { gdb: stdout + stderr, snapshots: [...snapshots, run.directory] };
}

function report(directory: string) {
  const files = new RecordingDirectory(directory);
  const process = new RingProcess(files, files.processes()[0]!);
  const { threads, page } = process.snapshot();
  const { breaks, events, branches, end } = checkChain(threads[0]!, process.code, new IcedDecoder());
  files.close();
  return { state: page.state, breaks, events, branches, end };
}

/** The address GDB printed for the breakpoint at work. */
const breakpoint = (gdb: string) => Number(/Breakpoint 1 at (0x[0-9a-f]+)/.exec(gdb)![1]);

it('clear takes effect at the very instruction: what follows is recorded from there', async () => {
  const { gdb, snapshots } = await underGdb(
    [],
    ['continue', 'monitor bts clear', 'COPY', 'continue', 'COPY'],
  );
  const [cleared, next] = snapshots.map(report);
  const work = breakpoint(gdb);
  expect(cleared).toMatchObject({ events: ['gap'], branches: 0, end: work });
  // 10 calls and returns of leaf, 9 turns of the loop, the return to main and the next call from there.
  expect(next).toMatchObject({ events: ['gap'], breaks: [], end: work });
  expect(next!.branches).toBe(10 * 2 + 9 + 2);
});

it('off and on leave a gap that says where recording goes on', async () => {
  const { gdb, snapshots } = await underGdb(
    [],
    [
      'continue',
      'monitor bts clear',
      'continue',
      'monitor bts off',
      'continue',
      'COPY',
      'monitor bts on',
      'continue',
      'COPY',
    ],
  );
  expect(gdb).toMatch(/bts: recording is off[\s\S]*bts: recording is on/);
  const [off, on] = snapshots.map(report);
  expect(off).toMatchObject({ state: 'off', events: ['gap', 'gap'], breaks: [], end: undefined });
  expect(off!.branches).toBeLessThan(50);
  expect(on).toMatchObject({ state: 'on', events: ['gap', 'gap'], breaks: [], end: breakpoint(gdb) });
  // The third call makes 1000 turns, and the superblock in which it was switched on is not recorded.
  expect(on!.branches - off!.branches).toBeGreaterThan(3000);
});

it('a recording that begins switched off costs and holds nothing until it is switched on', async () => {
  const { snapshots } = await underGdb(
    ['--record=no'],
    ['continue', 'continue', 'COPY', 'monitor bts on', 'continue', 'COPY'],
  );
  const [before, after] = snapshots.map(report);
  expect(before).toMatchObject({ state: 'off', events: [], branches: 0 });
  expect(after).toMatchObject({ state: 'on', events: ['gap'], breaks: [] });
  expect(after!.branches).toBeGreaterThan(50);
});

it('an unknown command is answered with the known ones', async () => {
  const { gdb } = await underGdb([], ['monitor bts sideways', 'monitor bts status', 'continue']);
  expect(gdb).toMatch(/on off clear status/);
  expect(gdb).toMatch(/state 1, 1 thread files/);
});
