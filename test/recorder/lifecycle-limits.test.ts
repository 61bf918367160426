import { chownSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectProgram } from '../../adapter/modules/inspect-program';
import { RecordingDirectory } from '../../adapter/recorder/recording-directory';
import { EdgeTable } from '../../src/record/edge-table';
import { EVENT_BIT } from '../../src/record/record';
import { RingProcess } from '../../src/ring/ring-process';
import { compile } from './compile';
import { record } from './recorded-run';
import { scratchDirectory } from './scratch-directory';

const scratch = scratchDirectory();

/** Without libc, so that two runs are the same to the last branch. */
const BRANCHY = `static volatile int sink;
  __attribute__((noinline)) static int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
  static int (*volatile pointer)(int) = fib;
  __attribute__((noinline)) static void count(int n) { for (int i = 0; i < n; i++) if (i % 7 == 3) sink += pointer(i % 5); }
  void _start(void) {
    for (int i = 0; i < 60; i++) { sink += fib(16); count(5000); }
    __asm__ volatile("syscall" : : "a"(231), "D"(sink ? 0 : 1));
    for (;;) ; }`;
const BARE = ['-O1', '-nostdlib', '-static', '-ffreestanding', '-fno-stack-protector'];

/** All records of a program's one thread as text, oldest first. */
async function recordsOf(program: string, records: number): Promise<string[]> {
  const run = await record([program], { scratch, options: ['--vgdb=no', `--records=${records}`] });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  const files = new RecordingDirectory(run.directory);
  const process = new RingProcess(files, `${run.pid}.0`);
  const edges = new EdgeTable();
  const newestFirst: string[] = [];
  for (const { values, events } of process.snapshot().threads[0]!.slices(edges)) {
    for (const value of [...values].reverse()) {
      newestFirst.push(
        value < EVENT_BIT ? `${edges.from[value]} ${edges.to[value]}` : events[value - EVENT_BIT]!.kind,
      );
    }
  }
  files.close();
  return newestFirst.reverse();
}

it.each([1000, 300_000])(
  'with --records=%i the newest ones are kept, and are those of a full recording',
  async (kept) => {
    const program = compile(scratch, 'branchy', BRANCHY, BARE);
    const full = await recordsOf(program, 2_000_000);
    const newest = await recordsOf(program, kept);
    expect(full[0]).toBe('gap');
    expect(full.length).toBeGreaterThan(1_000_000);
    expect(newest.length).toBeGreaterThanOrEqual(kept);
    expect(newest.length).toBeLessThan(full.length);
    const tail = full.slice(-newest.length);
    expect(newest.findIndex((line, index) => line !== tail[index])).toBe(-1);
  },
);

describe('a 32-bit program', () => {
  it('is refused: by the inspection in words, and by the recorder before it runs', async () => {
    const program = join(scratch, 'small');
    writeFileSync(program, elf32(), { mode: 0o755 });
    const [finding] = (await inspectProgram(program)).filter(({ kind }) => kind === '32-bit');
    expect(finding).toMatchObject({ prevents: 'valgrind', error: { blame: 'user' } });
    expect(finding!.error!.message).toMatch(/32-bit/);
    const run = await record([program], { scratch });
    expect(run).toMatchObject({ status: 1, stdout: '' });
    expect(run.stderr).toMatch(/bts.*x86-linux/);
  });
});

describe.skipIf(process.getuid?.() !== 0)('a directory of another user (needs root to make one)', () => {
  it('is refused', async () => {
    const directory = mkdtempSync(join(scratch, 'foreign-'));
    chownSync(directory, 65534, 65534);
    const run = await record(['/bin/echo', 'ran'], { scratch, directory });
    expect(run).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('it must be yours') });
  });
});

/** A 32-bit program that would exit with status 9: mov $1,%eax; mov $9,%ebx; int $0x80. */
function elf32(): Buffer {
  const file = Buffer.alloc(0x60);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  file.writeUInt16LE(2, 16); // ET_EXEC
  file.writeUInt16LE(3, 18); // EM_386
  file.writeUInt32LE(1, 20);
  file.writeUInt32LE(0x8048054, 24); // entry
  file.writeUInt32LE(52, 28); // program headers
  file.writeUInt16LE(52, 40);
  file.writeUInt16LE(32, 42);
  file.writeUInt16LE(1, 44);
  for (const [index, word] of [1, 0, 0x8048000, 0x8048000, 0x60, 0x60, 5, 0x1000].entries()) {
    file.writeUInt32LE(word, 52 + index * 4); // PT_LOAD, r-x
  }
  file.set([0xb8, 1, 0, 0, 0, 0xbb, 9, 0, 0, 0, 0xcd, 0x80], 0x54);
  return file;
}
