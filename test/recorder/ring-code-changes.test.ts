import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { IcedDecoder } from '../../adapter/decoder/iced-decoder';
import { RecordingDirectory } from '../../adapter/recorder/recording-directory';
import type { Address } from '../../src/address';
import { EdgeTable } from '../../src/record/edge-table';
import { EVENT_BIT } from '../../src/record/record';
import { RingProcess } from '../../src/ring/ring-process';
import { record } from './recorded-run';
import { checkChain } from './ring-chain';
import { scratchDirectory } from './scratch-directory';

const scratch = scratchDirectory();

/**
 * A code buffer that is written three times: mov $1,%eax; ret, then mov $2,%eax; ret, then the first again, each called
 * twice. Prints the buffer's address.
 */
const REWRITER = `
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
static unsigned char code[3][6] = {
  {0xb8, 1, 0, 0, 0, 0xc3}, {0xb8, 2, 0, 0, 0, 0xc3}, {0xb8, 1, 0, 0, 0, 0xc3}};
int main(void) {
  unsigned char *page = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  int sum = 0;
  for (int i = 0; i < 3; i++) {
    memcpy(page, code[i], 6);
    sum = sum * 10 + ((int (*)(void))page)();
    sum = sum * 10 + ((int (*)(void))page)();
  }
  printf("%p %d\\n", (void *)page, sum);
  return 0;
}`;

it('rewritten code is kept as it was each time, and each call knows its own', async () => {
  writeFileSync(join(scratch, 'rewriter.c'), REWRITER);
  execFileSync('gcc', ['-O1', '-o', 'rewriter', 'rewriter.c'], { cwd: scratch });
  const run = await record([join(scratch, 'rewriter')], { scratch });
  const [page, sum] = run.stdout.trim().split(' ');
  expect(sum).toBe('112211');
  const files = new RecordingDirectory(run.directory);
  const process = new RingProcess(files, files.processes()[0]!);
  const source = process.snapshot().threads[0]!;
  expect(checkChain(source, process.code, new IcedDecoder()).breaks).toEqual([]);

  const returns: number[] = [];
  const edges = new EdgeTable();
  for (const { values } of new RingProcess(files, process.name).snapshot().threads[0]!.slices(edges)) {
    for (const value of [...values].reverse()) {
      if (value < EVENT_BIT && edges.from[value] === Number(page) + 5)
        returns.unshift(edges.generation[value]!);
    }
  }
  const immediates = returns.map((generation) => {
    const bytes = process.code.read(Number(page) as Address, 6, generation);
    return typeof bytes === 'string' ? bytes : bytes[1];
  });
  files.close();
  expect(immediates).toEqual([1, 1, 2, 2, 1, 1]);
});
