import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { findValgrind } from '../../adapter/recorder/valgrind-install';
import { compile } from './compile';
import { type RecordedEnd, record } from './recorded-run';
import { type ProcessReport, reportOf } from './recording-report';
import { scratchDirectory } from './scratch-directory';

const scratch = scratchDirectory();
const program = (name: string): string => join(scratch, name);

beforeAll(() => {
  const work = `static volatile int sink;
    __attribute__((noinline)) static void work(int n) { for (int i = 0; i < n; i++) sink += i % 3; }`;
  // Works, forks, and both work a little more; the parent has a past that the child must not show.
  compile(
    scratch,
    'forks',
    `#include <sys/wait.h>
    #include <unistd.h>
    ${work}
    int main(void) {
      work(50000);
      pid_t child = fork();
      work(child ? 100 : 200);
      if (child == 0) _exit(7);
      int status; waitpid(child, &status, 0);
      return WEXITSTATUS(status); }`,
  );
  // Becomes its first argument, or says that it could not; forks before it when told to.
  compile(
    scratch,
    'becomes',
    `#include <stdio.h>
    #include <string.h>
    #include <sys/wait.h>
    #include <unistd.h>
    int main(int argc, char **argv) {
      int status, forked = argc > 2 && !strcmp(argv[2], "forked");
      pid_t child = forked ? fork() : 0;
      if (child) { waitpid(child, &status, 0); return WEXITSTATUS(status); }
      execl(argv[1], argv[1], (char *)0);
      perror("exec");
      return 3; }`,
  );
  compile(scratch, 'other', `#include <stdio.h>\nint main(void) { puts("other ran"); return 5; }`);
  // Three threads one after another that get one and the same id.
  compile(
    scratch,
    'sameid',
    `#define _GNU_SOURCE
    #include <pthread.h>
    #include <stdio.h>
    static void *nothing(void *p) { return p; }
    static int next_id(int id) {
      FILE *file = fopen("/proc/sys/kernel/ns_last_pid", "w");
      return file && fprintf(file, "%d", id - 1) > 0 && fclose(file) == 0; }
    int main(void) {
      for (int i = 0; i < 3; i++) {
        pthread_t thread;
        if (!next_id(300)) return 77;
        pthread_create(&thread, 0, nothing, 0);
        pthread_join(thread, 0);
      }
      return 0; }`,
  );
});

const TRACED = ['--vgdb=no', '--trace-children=yes'];

function unbroken(run: RecordedEnd): ProcessReport[] {
  const processes = reportOf(run.directory);
  for (const { name, threads } of processes) {
    for (const { breaks, events } of threads) {
      expect(breaks, name).toEqual([]);
      expect(events[0], name).toBe('gap');
    }
  }
  return processes;
}

describe('fork', () => {
  it('gives the child files of its own, with nothing of its parent in the ring', async () => {
    const run = await record([program('forks')], { scratch });
    expect(run).toMatchObject({ status: 7, stderr: '' });
    const processes = unbroken(run);
    expect(processes).toHaveLength(2);
    const parent = processes.find(({ page }) => page.pid === run.pid)!;
    const child = processes.find(({ page }) => page.pid !== run.pid)!;
    expect(parent.threads[0]!.events).toEqual(['gap', 'fork', 'exit']);
    expect(parent.threads[0]!.branches).toBeGreaterThan(50_000);
    expect(parent.page.forkedFrom).toBeUndefined();
    expect(child.page.forkedFrom).toMatchObject({ pid: run.pid, image: 0 });
    expect(child.threads.map(({ thread }) => thread)).toEqual([
      { pid: child.page.pid, tid: child.page.pid, generation: 0 },
    ]);
    expect(child.threads[0]!.events).toEqual(['gap', 'exit']);
    // 200 turns of the loop, and the little that fork and _exit take.
    expect(child.threads[0]!.branches).toBeGreaterThan(200);
    expect(child.threads[0]!.branches).toBeLessThan(2000);
  });
});

describe('exec', () => {
  it('begins another image, which has files of its own, when children are traced', async () => {
    const run = await record([program('becomes'), program('other')], { scratch, options: TRACED });
    expect(run).toMatchObject({ status: 5, stdout: 'other ran\n', stderr: '' });
    const processes = unbroken(run);
    expect(processes.map(({ name }) => name)).toEqual([`${run.pid}.0`, `${run.pid}.1`]);
    expect(processes.map(({ page }) => page.program)).toEqual([program('becomes'), program('other')]);
    expect(processes.map(({ threads }) => threads[0]!.events)).toEqual([
      ['gap', 'exec'],
      ['gap', 'exit'],
    ]);
  });

  it('ends the recording when children are not traced', async () => {
    const run = await record([program('becomes'), program('other')], { scratch });
    expect(run).toMatchObject({ status: 5, stdout: 'other ran\n', stderr: '' });
    const [image, ...others] = unbroken(run);
    expect(others).toEqual([]);
    expect(image!.threads[0]!.events).toEqual(['gap', 'exec']);
  });

  it.each(['traced', 'not traced'])('of another program by a forked child, %s', async (traced) => {
    const options = traced === 'traced' ? TRACED : ['--vgdb=no'];
    const run = await record([program('becomes'), program('other'), 'forked'], { scratch, options });
    expect(run).toMatchObject({ status: 5, stdout: 'other ran\n', stderr: '' });
    const processes = unbroken(run);
    const parent = processes.filter(({ page }) => page.pid === run.pid);
    const child = processes.filter(({ page }) => page.pid !== run.pid);
    expect(parent.map(({ threads }) => threads[0]!.events)).toEqual([['gap', 'fork', 'exit']]);
    expect(child.map(({ threads }) => threads[0]!.events)).toEqual(
      traced === 'traced'
        ? [
            ['gap', 'exec'],
            ['gap', 'exit'],
          ]
        : [['gap', 'exec']],
    );
    expect(child[0]!.page.forkedFrom).toMatchObject({ pid: run.pid });
  });

  it.each<[string, (path: string) => void]>([
    ['that is not there', () => undefined],
    ['that is a directory', (path) => mkdirSync(path)],
    ['that is no program', (path) => writeFileSync(path, '\x7fnot ELF', { mode: 0o755 })],
    ['that may not be run', (path) => writeFileSync(path, '\x7fELF', { mode: 0o644 })],
  ])('of a file %s leaves no trace: the program goes on', async (_, prepare) => {
    const path = join(mkdtempSync(join(scratch, 'bad-')), 'target');
    prepare(path);
    const run = await record([program('becomes'), path], { scratch, options: TRACED });
    expect(run).toMatchObject({ status: 3, stderr: expect.stringContaining('exec: ') });
    const [image, ...others] = unbroken(run);
    expect(others).toEqual([]);
    expect(image!.threads[0]!.events).toEqual(['gap', 'exit']);
  });
});

/** Choosing thread ids takes a pid namespace of one's own, and so root. */
const namespaced = ['unshare', '--pid', '--fork', '--mount-proc'];
const mayChooseIds = (() => {
  try {
    execFileSync(
      namespaced[0]!,
      [...namespaced.slice(1), 'sh', '-c', 'echo 298 > /proc/sys/kernel/ns_last_pid'],
      {
        stdio: 'ignore',
      },
    );
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!mayChooseIds)('thread ids (needs a pid namespace)', () => {
  it('that come again are told apart by their generation', async () => {
    const { valgrind, lib } = await findValgrind();
    const directory = mkdtempSync(join(scratch, 'recording-'));
    const [command, ...args] = [
      ...namespaced,
      valgrind,
      '-q',
      '--tool=bts',
      '--vgdb=no',
      `--bts-dir=${directory}`,
      program('sameid'),
    ];
    execFileSync(command!, args, { env: { ...process.env, VALGRIND_LIB: lib }, timeout: 60_000 });
    const [image] = reportOf(directory);
    expect(image!.threads.map(({ thread }) => [thread.tid, thread.generation])).toEqual([
      [image!.page.pid, 0],
      [300, 0],
      [300, 1],
      [300, 2],
    ]);
    for (const { breaks, events } of image!.threads) {
      expect(breaks).toEqual([]);
      expect(events).toEqual(['gap', 'exit']);
    }
  });
});
