import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { differences } from './compare';
import { compile } from './compile';
import { runOracle } from './oracle';
import { branchesOf } from './part';
import { randomProgram } from './random-program';
import { record } from './recorded-run';
import { listRecording } from './ring-listing';
import { scratchDirectory } from './scratch-directory';
import { expectUnbroken } from './unbroken';

const scratch = scratchDirectory();

/**
 * Writes pieces of code with different branches over one another in memory at a fixed address, and calls now the newest
 * one, now an older one that is still whole. Its argument is the seed.
 */
const REWRITER = `#define _GNU_SOURCE
  #include <stdlib.h>
  #include <string.h>
  #include <sys/mman.h>
  static const unsigned char down[] = { 0x31, 0xc0, 0x85, 0xff, 0x74, 0x06, 0x01, 0xf8, 0xff, 0xcf, 0x75, 0xfa, 0xc3 };
  static const unsigned char up[] = { 0x31, 0xc0, 0x31, 0xc9, 0x39, 0xf9, 0x7d, 0x06, 0xff, 0xc1, 0x01, 0xc8, 0xeb, 0xf6, 0xc3 };
  static const unsigned char slide[] = { 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0xeb, 0x00, 0x89, 0xf8, 0xc3 };
  static const struct { const unsigned char *code; int size; } pieces[] = {
    { down, sizeof down }, { up, sizeof up }, { slide, sizeof slide } };
  static unsigned state;
  static int below(int n) { state = state * 1103515245 + 12345; return (state >> 16) % n; }
  int main(int argc, char **argv) {
    unsigned char *memory = mmap((void *)0x20000000, 8192, PROT_READ | PROT_WRITE | PROT_EXEC,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    static int whole[64], size[64];
    volatile int sum = 0;
    state = argc > 1 ? atoi(argv[1]) : 0;
    if (memory != (void *)0x20000000) return 2;
    for (int round = 0; round < 60; round++) {
      int piece = below(3), at = below(48);
      memory += 4080; memcpy(memory + at, pieces[piece].code, pieces[piece].size); memory -= 4080;
      for (int i = 0; i < 64; i++) if (whole[i] && i < at + pieces[piece].size && at < i + size[i]) whole[i] = 0;
      whole[at] = 1; size[at] = pieces[piece].size;
      sum += ((int (*)(int))(memory + 4080 + at))(below(4));
      for (int older = below(64), i = 0; i < 64; i++, older = (older + 1) % 64)
        if (whole[older]) { sum += ((int (*)(int))(memory + 4080 + older))(below(3)); break; }
    }
    return 0; }`;

async function expectExact(program: string, args: string[], own: string[], least: number): Promise<void> {
  const name = basename(program);
  const [oracle, run] = await Promise.all([
    runOracle({ name, program, args, own, fromEntry: args.length > 0 }, scratch),
    record([program, ...args], { scratch, options: ['--vgdb=no', '--records=300000'] }),
  ]);
  expect(run).toMatchObject({ status: 0, stderr: '' });
  const recorded = await listRecording(run.directory, run.pid, own);
  expect(differences(oracle, recorded)).toEqual([]);
  expect(branchesOf(recorded)).toBeGreaterThan(least);
  await expectUnbroken(run.directory);
}

it.each([1, 2, 3, 4, 5, 6])(
  "a random walk through all kinds of branches is the oracle's (seed %i)",
  async (seed) => {
    const program = join(scratch, `random${seed}`);
    writeFileSync(`${program}.S`, randomProgram(seed, 60, 1500));
    execFileSync('gcc', ['-nostdlib', '-static', '-o', program, `${program}.S`], { cwd: scratch });
    await expectExact(program, [], [basename(program)], 500);
  },
);

it.each([1, 2, 3])("code written over older code at random is the oracle's (seed %i)", async (seed) => {
  const program = compile(scratch, `rewriter${seed}`, REWRITER, ['-O1']);
  await expectExact(program, [String(seed)], [basename(program), 'anon'], 500);
});
