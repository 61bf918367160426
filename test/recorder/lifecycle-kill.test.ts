import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { compile } from './compile';
import { startRecording } from './recorded-run';
import { reportOf } from './recording-report';
import { scratchDirectory } from './scratch-directory';

const scratch = scratchDirectory();
let program: string;

beforeAll(() => {
  // Three threads for ever, one of which starts short ones, with a signal every millisecond.
  program = compile(
    scratch,
    'restless',
    `#define _GNU_SOURCE
    #include <pthread.h>
    #include <signal.h>
    #include <sys/time.h>
    static volatile int sink;
    __attribute__((noinline)) static int leaf(int x) { return x & 1 ? x * 3 : x + 1; }
    static int (*volatile pointer)(int) = leaf;
    static void tick(int number) { sink += leaf(number); }
    static void *work(void *p) { for (unsigned i = 0;; i++) sink += pointer(i) + leaf(i >> 1); return p; }
    static void *once(void *p) { sink += pointer(1); return p; }
    int main(void) {
      struct itimerval often = { { 0, 1000 }, { 0, 1000 } };
      pthread_t thread;
      signal(SIGALRM, tick);
      setitimer(ITIMER_REAL, &often, 0);
      pthread_create(&thread, 0, work, 0);
      pthread_create(&thread, 0, work, 0);
      for (;;) { pthread_create(&thread, 0, once, 0); pthread_join(thread, 0); } }`,
  );
});

it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
  'killed at a random instant, the record is whole up to it (%i)',
  async () => {
    const run = await startRecording([program], { scratch, options: ['--vgdb=no', '--records=20000'] });
    // From the first thread's first instructions on: the dynamic loader, threads starting, then all at once.
    while (!existsSync(join(run.directory, `${run.child.pid}.0.t1`))) await sleep(2);
    const instant = Math.random() * 1500;
    await sleep(instant);
    run.child.kill('SIGKILL');
    expect(await run.end).toMatchObject({ signal: 'SIGKILL' });
    const processes = reportOf(run.directory);
    expect(processes.map(({ name, page }) => [name, page.state])).toEqual([[`${run.child.pid}.0`, 'on']]);
    for (const { breaks, thread, end, events, records } of processes[0]!.threads) {
      const where = `killed after ${instant} ms, thread ${thread.tid}, generation ${thread.generation}`;
      expect(breaks, where).toEqual([]);
      // Where it went last is known, unless it had not begun or had ended.
      if (records > 0 && events.at(-1) !== 'exit') expect(end, where).toBeDefined();
    }
  },
);
