import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from './compile';
import { type MonitoredRun, startMonitored } from './monitor';
import { type ProcessReport, reportOf } from './recording-report';
import { scratchDirectory } from './scratch-directory';

const scratch = scratchDirectory();
const programs: Record<string, string> = {};

beforeAll(() => {
  programs['busy'] = compile(
    scratch,
    'busy',
    `static volatile int sink;
    __attribute__((noinline)) static int leaf(int x) { return x & 1 ? x * 3 : x + 1; }
    int main(void) { for (unsigned i = 0;; i++) sink += leaf(i); }`,
  );
  // Waits in read, which a signal interrupts and which goes on waiting after it; each signal is answered with a line.
  programs['waits'] = compile(
    scratch,
    'waits',
    `#include <signal.h>
    #include <unistd.h>
    static int ends[2];
    static void answer(int number) { write(1, "signal\\n", 7); }
    int main(void) {
      struct sigaction action = { .sa_handler = answer, .sa_flags = SA_RESTART };
      char byte;
      sigaction(SIGUSR1, &action, 0);
      pipe(ends);
      write(1, "ready\\n", 6);
      return read(ends[0], &byte, 1); }`,
  );
  compile(scratch, 'plugin.so', 'int plugin(int x) { return x > 1 ? x * plugin(x - 1) : 1; }', [
    '-O0',
    '-fPIC',
    '-shared',
  ]);
  // On each signal, waiting in pause before and after: loads a library, calls into it, unloads it.
  programs['loads'] = compile(
    scratch,
    'loads',
    `#include <dlfcn.h>
    #include <signal.h>
    #include <stdlib.h>
    #include <unistd.h>
    static void nothing(int number) { }
    int main(void) {
      signal(SIGUSR1, nothing);
      for (;;) {
        write(1, "ready\\n", 6);
        pause();
        void *library = dlopen("./plugin.so", RTLD_NOW);
        if (!library) exit(1);
        ((int (*)(int))dlsym(library, "plugin"))(5);
        dlclose(library);
      } }`,
    ['-O1'],
  );
});

async function until(condition: () => boolean): Promise<void> {
  for (const start = Date.now(); !condition(); await sleep(5)) {
    if (Date.now() - start > 20_000) throw new Error(`not in 20 s: ${condition}`);
  }
}

/** Resolves when the program has printed so many lines and waits in read or pause again. */
const lines = (run: MonitoredRun) => {
  let text = '';
  run.child.stdout!.on('data', (data: string) => {
    text += data;
  });
  return async (count: number): Promise<void> => {
    await until(() => text.split('\n').length > count);
    await until(() => /^(0|34) /.test(readFileSync(`/proc/${run.child.pid}/syscall`, 'utf8')));
  };
};

/** The one thread of the one process; it has no break. */
function thread(run: MonitoredRun): ProcessReport['threads'][number] & { readonly state: string } {
  const [image] = reportOf(run.directory);
  expect(image!.threads).toHaveLength(1);
  expect(image!.threads[0]!.breaks).toEqual([]);
  return { ...image!.threads[0]!, state: image!.page.state };
}

/** The thread has left the superblock in which recording was switched off. */
function hasSaidSo(run: MonitoredRun): boolean {
  return reportOf(run.directory)[0]!.threads[0]!.end === undefined;
}

async function killed(run: MonitoredRun): Promise<ProcessReport['threads'][number]> {
  run.child.kill('SIGKILL');
  await run.end;
  return thread(run);
}

describe('monitor commands to a running program', () => {
  it('off holds the record, on goes on where the program is, clear drops what was before', async () => {
    const run = await startMonitored([programs['busy']!], scratch, ['--records=20000']);
    await sleep(1000);
    expect(await run.monitor('bts status')).toMatch(/bts: state 1, 1 thread files, 0 threads without one/);
    expect(await run.monitor('bts off')).toContain('bts: recording is off');
    expect(await run.monitor('bts off')).toContain('bts: recording is off');
    await until(() => hasSaidSo(run));
    const off = thread(run);
    await sleep(300);
    expect(thread(run)).toEqual(off);
    expect(off).toMatchObject({ state: 'off', end: undefined });
    expect(off.events.at(-1)).toBe('gap');
    expect(await run.monitor('bts on')).toContain('bts: recording is on');
    await run.monitor('bts off');
    await until(() => hasSaidSo(run));
    const again = thread(run);
    expect(again.records).toBeGreaterThanOrEqual(20_000);
    await run.monitor('bts clear');
    const cleared = thread(run);
    expect(cleared.branches).toBe(0);
    await run.monitor('bts on');
    await sleep(200);
    const end = await killed(run);
    expect(end.branches).toBeGreaterThan(20_000);
  });
});

describe('monitor commands to a program that waits in a system call', () => {
  it('clear, and a signal after which the call is restarted: the record begins where the program waits', async () => {
    const run = await startMonitored([programs['waits']!], scratch);
    const printed = lines(run);
    await printed(1);
    expect(await run.monitor('bts clear')).toContain('bts: cleared');
    run.child.kill('SIGUSR1');
    await printed(2);
    const end = await killed(run);
    expect(end.events).toEqual(['gap', 'signal', 'sigreturn']);
    expect(end.branches).toBeGreaterThan(0);
  });

  it('off and on, and then a signal: both are in the record', async () => {
    const run = await startMonitored([programs['waits']!], scratch);
    const printed = lines(run);
    await printed(1);
    await run.monitor('bts off');
    await run.monitor('bts on');
    run.child.kill('SIGUSR1');
    await printed(2);
    expect((await killed(run)).events).toEqual(['gap', 'gap', 'signal', 'sigreturn']);
  });

  it('off, a library loaded and unloaded meanwhile, and on: older code is still known as it was', async () => {
    const run = await startMonitored([programs['loads']!], scratch);
    const printed = lines(run);
    await printed(1);
    run.child.kill('SIGUSR1');
    await printed(2);
    await run.monitor('bts off');
    run.child.kill('SIGUSR1');
    await printed(3);
    await run.monitor('bts on');
    run.child.kill('SIGUSR1');
    await printed(4);
    const end = await killed(run);
    expect(end.events).toEqual(['gap', 'signal', 'sigreturn', 'gap', 'signal', 'sigreturn']);
  });
});
