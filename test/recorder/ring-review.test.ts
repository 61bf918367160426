import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { IcedDecoder } from '../../adapter/decoder/iced-decoder';
import { RecordingDirectory } from '../../adapter/recorder/recording-directory';
import { EdgeTable } from '../../src/record/edge-table';
import type { RecordEvent } from '../../src/record/event';
import { EVENT_BIT } from '../../src/record/record';
import { RingProcess } from '../../src/ring/ring-process';
import { readThreadPage } from '../../src/ring/thread-page';
import { compile } from './compile';
import { startMonitored } from './monitor';
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
    expect(run.stderr).toMatch(/recording stopped: .*RLIMIT_FSIZE/);
    const [process] = chains(run.directory);
    expect(process!.page.state).toBe('noSpace');
    expect(process!.threads[0]).toMatchObject({ breaks: [] });
    expect(process!.threads[0]!.events.at(-1)).toBe('lost');
  });
});

describe('recording switched off', () => {
  /** Makes TURNS branches, then waits at two gates, with system calls and branches between. */
  const GATES = `
    static long call(long number, const void *a) {
      long result;
      __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(0) : "rcx", "r11", "memory");
      return result;
    }
    void _start(void) {
      __asm__ volatile("mov %0, %%ecx; 1: dec %%ecx; jnz 1b" : : "i"(TURNS) : "ecx");
      call(2, "gate1");
      for (volatile int i = 0; i < 5; i++) call(39, 0);
      call(2, "gate2");
      for (volatile int i = 0; i < 5; i++) call(39, 0);
      call(231, 0);
      for (;;) ;
    }`;
  const BARE = ['-O1', '-nostdlib', '-static', '-ffreestanding', '-fno-stack-protector'];
  execFileSync('mkfifo', ['gate1', 'gate2'], { cwd: scratch });

  /** Off at the first gate, on at the second; the head and the number of slots in the ring in between. */
  async function offAndOn(turns: number) {
    const program = compile(scratch, 'gates', GATES, [...BARE, `-DTURNS=${turns}`]);
    const run = await startMonitored([program], scratch, ['--records=1']);
    const waitsInOpen = async () => {
      while (!readFileSync(`/proc/${run.child.pid}/syscall`, 'latin1').startsWith('2 ')) await sleep(10);
    };
    await waitsInOpen();
    await run.monitor('bts off');
    closeSync(openSync(join(scratch, 'gate1'), 'w'));
    await sleep(100);
    await waitsInOpen();
    const files = new RecordingDirectory(run.directory);
    const process = new RingProcess(files, `${run.child.pid}.0`);
    const page = readThreadPage(files.open(`${process.name}.t1`), process.page());
    const first = checkChain(process.snapshot().threads[0]!, process.code, decoder);
    await run.monitor('bts on');
    closeSync(openSync(join(scratch, 'gate2'), 'w'));
    expect(await run.end).toMatchObject({ status: 0 });
    const later = checkChain(process.snapshot().threads[0]!, process.code, decoder);
    files.close();
    return { page, first, later, whole: chains(run.directory)[0]!.threads[0]! };
  }

  it.each([0, 3, 5])(
    'says so, and where it goes on, also when that lies across the end of the ring (%i slots of it)',
    async (slots) => {
      const { page: probe } = await offAndOn(1000);
      const { page, first, later, whole } = await offAndOn(1000 + probe.slots + slots - probe.head);
      expect(page.head - page.slots).toBe(slots);
      expect(first).toMatchObject({ breaks: [], end: undefined });
      expect(first.events.at(-1)).toBe('gap');
      // Who reads on gets the gap that has an end, and all that was recorded behind it.
      expect(later).toMatchObject({ breaks: [], events: ['gap', 'exit'] });
      expect(later.branches).toBe(4);
      // Who reads it as a whole gets one gap for both; the oldest were overwritten.
      expect(whole).toMatchObject({ breaks: [], events: ['gap', 'exit'] });
      expect(whole.branches).toBeGreaterThan(probe.slots - 100);
    },
  );
});

describe('exec', () => {
  const EXECS = `#include <stdlib.h>
    #include <sys/wait.h>
    #include <unistd.h>
    static volatile int sink;
    int main(int argc, char **argv) {
      for (int i = 0; i < 10; i++) {
        if (fork() == 0) { execl(argv[1], argv[1], (char *)0); for (int k = 0; k < 100000; k++) sink += k; _exit(7); }
        wait(0);
      }
      return 0; }`;
  const blocksOf = (directory: string) =>
    readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).blocks * 512, 0);

  it('leaves on disk what was recorded before it, and not a whole ring', async () => {
    const run = await record([compile(scratch, 'execs', EXECS), '/bin/true'], { scratch });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const processes = chains(run.directory);
    expect(processes).toHaveLength(11);
    for (const { threads } of processes) expect(threads[0]!.breaks).toEqual([]);
    expect(processes.filter(({ threads }) => threads[0]!.events.at(-1) === 'exec')).toHaveLength(10);
    expect(blocksOf(run.directory)).toBeLessThan(1 << 20);
  });

  it('that fails has the ring whole again', async () => {
    const run = await record([compile(scratch, 'execs', EXECS), '/no/such/program'], { scratch });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const children = chains(run.directory).filter(({ page }) => page.forkedFrom);
    expect(children).toHaveLength(10);
    for (const { page, threads } of children) {
      expect(page.state).toBe('ended');
      expect(threads[0]).toMatchObject({ breaks: [], events: ['gap', 'exit'] });
      expect(threads[0]!.branches).toBeGreaterThan(99_999);
    }
  });
});

it('a signal whose handler has no stack to run on is not recorded: the thread ends where it overflowed', async () => {
  const program = compile(
    scratch,
    'overflow',
    `#include <signal.h>
     static volatile int sink;
     static void answer(int number) { sink = number; }
     __attribute__((noinline)) void deeper(int n) { volatile char room[4096]; room[0] = n; deeper(n + 1); sink += room[0]; }
     int main(void) { signal(SIGSEGV, answer); deeper(0); return 0; }`,
    ['-O0', '-no-pie', '-static'],
  );
  const run = await record([program], { scratch });
  expect(run).toMatchObject({ signal: 'SIGSEGV' });
  expect(chains(run.directory)[0]!.threads[0]).toMatchObject({ breaks: [], events: ['gap', 'exit'] });
  const files = new RecordingDirectory(run.directory);
  const [source] = new RingProcess(files, files.processes()[0]!).snapshot().threads;
  const [newest] = source!.slices(new EdgeTable());
  const exit = newest!.events[newest!.values.at(-1)! - EVENT_BIT] as Extract<RecordEvent, { kind: 'exit' }>;
  files.close();
  const symbols = execFileSync('nm', ['-S', program], { encoding: 'latin1' });
  const [start, size] = /^(\w+) (\w+) T deeper$/m
    .exec(symbols)!
    .slice(1)
    .map((digits) => Number(`0x${digits}`));
  expect(exit.from! - start!).toBeGreaterThan(0);
  expect(exit.from! - start!).toBeLessThan(size!);
});

it.skipIf(process.getuid?.() !== 0)(
  'a child that may not write there any more is told so, and not of space',
  async () => {
    const source = `#include <sys/wait.h>
    #include <unistd.h>
    int main(void) { int status; if (setuid(65534)) return 1; if (fork() == 0) _exit(3); wait(&status); return status >> 8; }`;
    const run = await record([compile(scratch, 'demoted', source)], { scratch });
    expect(run.status).toBe(3);
    expect(run.stderr).toMatch(/recording stopped: .*permission denied/);
  },
);
