import { describe, expect, it } from 'vitest';
import { IcedDecoder } from '../../adapter/decoder/iced-decoder';
import { RecordingDirectory } from '../../adapter/recorder/recording-directory';
import { RingProcess } from '../../src/ring/ring-process';
import { compile } from './compile';
import { record } from './recorded-run';
import { checkChain } from './ring-chain';
import { scratchDirectory } from './scratch-directory';

const scratch = scratchDirectory();
const decoder = new IcedDecoder();

function chains(directory: string) {
  const files = new RecordingDirectory(directory);
  try {
    return files.processes().map((name) => {
      const process = new RingProcess(files, name);
      const { threads, page } = process.snapshot();
      return { page, threads: threads.map((source) => checkChain(source, process.code, decoder)) };
    });
  } finally {
    files.close();
  }
}

describe('a program that limits the size of files (RLIMIT_FSIZE)', () => {
  /** The limit lies between the code log's length and a ring's. */
  it('makes threads as it does natively; they are not recorded', async () => {
    const program = compile(
      scratch,
      'limit_threads',
      `#include <pthread.h>
       #include <stdio.h>
       #include <sys/resource.h>
       static void *nothing(void *p) { return p; }
       int main(void) {
         struct rlimit limit = { 1 << 20, 1 << 20 };
         pthread_t t;
         if (setrlimit(RLIMIT_FSIZE, &limit) || pthread_create(&t, 0, nothing, 0) || pthread_join(t, 0)) return 1;
         puts("lived");
         return 0; }`,
    );
    const run = await record([program], { scratch });
    expect(run).toMatchObject({ status: 0, signal: null, stdout: 'lived\n' });
    expect(run.stderr).toContain('no room for the branches of another thread');
    const [process] = chains(run.directory);
    expect(process!.page).toMatchObject({ state: 'ended', unrecordedThreads: 1 });
    expect(process!.threads[0]).toMatchObject({ breaks: [] });
  });

  it('runs on when the code log reaches the limit, and the recording says that it ended there', async () => {
    const program = compile(
      scratch,
      'limit_code',
      `#include <stdio.h>
       #include <stdlib.h>
       #include <sys/resource.h>
       int main(void) {
         struct rlimit limit = { 4096, 4096 };
         if (setrlimit(RLIMIT_FSIZE, &limit)) return 1;
         printf("%d\\n", atoi("17"));
         return 0; }`,
    );
    const run = await record([program], { scratch });
    expect(run).toMatchObject({ status: 0, signal: null, stdout: '17\n' });
    expect(run.stderr).toContain('recording stopped');
    const [process] = chains(run.directory);
    expect(process!.page.state).toBe('noSpace');
    expect(process!.threads[0]).toMatchObject({ breaks: [] });
    expect(process!.threads[0]!.events.at(-1)).toBe('lost');
  });
});
