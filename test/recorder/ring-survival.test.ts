import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IcedDecoder } from '../../adapter/decoder/iced-decoder';
import { RecordingDirectory } from '../../adapter/recorder/recording-directory';
import { readProcessPage } from '../../src/ring/process-page';
import { RingError } from '../../src/ring/ring-error';
import { RingProcess } from '../../src/ring/ring-process';
import { readThreadPage } from '../../src/ring/thread-page';
import { record, startRecording } from './recorded-run';
import { checkChain } from './ring-chain';
import { scratchDirectory } from './scratch-directory';

const scratch = scratchDirectory();
const decoder = new IcedDecoder();
const program = (name: string) => join(scratch, name);

beforeAll(() => {
  const sources = {
    // Branches of all kinds for ever: whenever it is killed, a record is likely in the making.
    busy: `#include <stdlib.h>
      static volatile int sink;
      __attribute__((noinline)) static int leaf(int x) { return x & 1 ? x * 3 : x + 1; }
      static int (*volatile pointer)(int) = leaf;
      int main(void) { for (unsigned i = 0;; i++) sink += pointer(i) + leaf(i >> 1); }`,
    // As many short threads one after another as it is told.
    churn: `#include <pthread.h>
      #include <stdlib.h>
      static void *nothing(void *p) { return p; }
      int main(int argc, char **argv) {
        for (int i = 0; i < atoi(argv[1]); i++) { pthread_t t; pthread_create(&t, 0, nothing, 0); pthread_join(t, 0); }
        return 0; }`,
    // Leaves the directory it was started in before it makes a thread.
    wander: `#include <pthread.h>
      #include <unistd.h>
      static void *nothing(void *p) { return p; }
      int main(void) { pthread_t t; if (chdir("/")) return 1; pthread_create(&t, 0, nothing, 0); return pthread_join(t, 0); }`,
  };
  for (const [name, source] of Object.entries(sources)) {
    writeFileSync(program(`${name}.c`), source);
    execFileSync('gcc', ['-O1', '-pthread', '-o', name, `${name}.c`], { cwd: scratch });
  }
});

function chains(directory: string) {
  const files = new RecordingDirectory(directory);
  try {
    return files.processes().map((name) => {
      const process = new RingProcess(files, name);
      const { threads, page } = process.snapshot();
      return {
        page,
        threads: threads.map((source) => ({ source, ...checkChain(source, process.code, decoder) })),
      };
    });
  } finally {
    files.close();
  }
}

/** Waits until the first thread has written that many slots. */
async function recordedAtLeast(directory: string, slots: number): Promise<void> {
  for (;;) {
    await sleep(50);
    const files = new RecordingDirectory(directory);
    try {
      const [name] = files.processes();
      const page = name && readProcessPage(files.open(`${name}.process`));
      if (page && page.threads > 0 && readThreadPage(files.open(`${name}.t1`), page).head > slots) return;
    } catch (error) {
      // Read in mid-run: it may be in the making.
      if (!(error instanceof RingError)) throw error;
    } finally {
      files.close();
    }
  }
}

describe('a program killed with SIGKILL', () => {
  it.each([0, 1, 2, 3, 4, 5])('leaves a whole recording (%i)', async (round) => {
    const run = await startRecording([program('busy')], {
      scratch,
      options: ['--vgdb=no', '--records=50000'],
    });
    await recordedAtLeast(run.directory, 500_000);
    await sleep(37 * round);
    run.child.kill('SIGKILL');
    expect(await run.end).toMatchObject({ signal: 'SIGKILL' });
    const [process] = chains(run.directory);
    expect(process!.page.state).toBe('on');
    const [thread] = process!.threads;
    expect(thread!.breaks).toEqual([]);
    expect(thread!.branches).toBeGreaterThanOrEqual(50_000);
  });
});

describe('threads', () => {
  it('that are over make room for new ones within the cap', async () => {
    const run = await record([program('churn'), '30'], {
      scratch,
      options: ['--vgdb=no', '--records=80000', '--bts-memory=3'],
    });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const [process] = chains(run.directory);
    expect(process!.page).toMatchObject({ threads: 31, unrecordedThreads: 0 });
    for (const thread of process!.threads) expect(thread.breaks).toEqual([]);
    // The main thread and the newest ones.
    expect(process!.threads.length).toBeGreaterThan(2);
  });

  it('without room for a ring run on unrecorded, and are counted', async () => {
    const run = await record([program('churn'), '3'], {
      scratch,
      options: ['--vgdb=no', '--records=170000', '--bts-memory=2'],
    });
    expect(run).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('no room for the branches of another thread'),
    });
    const [process] = chains(run.directory);
    expect(process!.page).toMatchObject({ threads: 1, unrecordedThreads: 3 });
    expect(process!.threads[0]!.breaks).toEqual([]);
  });
});

describe('the directory', () => {
  it('stays where it is when the program goes elsewhere', async () => {
    const run = await record([program('wander')], { scratch });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(chains(run.directory)[0]!.threads).toHaveLength(2);
  });

  it('that is relative is refused: another image would look for it elsewhere', async () => {
    mkdirSync(join(scratch, 'here'), { mode: 0o700 });
    const run = await record(['/bin/echo', 'ran'], { scratch, directory: 'here' });
    expect(run).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('absolute path') });
  });

  it.each<[string, string, (directory: string) => void]>([
    ['others may look into', 'closed to others (mode 0700)', (directory) => chmodSync(directory, 0o750)],
    ['is not there', 'it is not a directory', (directory) => execFileSync('rmdir', [directory])],
  ])('that %s is refused', async (_, reason, prepare) => {
    const directory = mkdtempSync(join(scratch, 'refused-'));
    prepare(directory);
    const run = await record(['/bin/true'], { scratch, directory });
    expect(run).toMatchObject({ status: 1, stderr: expect.stringContaining(reason) });
  });
});

describe.skipIf(process.getuid?.() !== 0)('a full disk (needs root for a file system of its own)', () => {
  const mounts: string[] = [];
  afterAll(() => {
    for (const mount of mounts) execFileSync('umount', [mount]);
  });
  const fileSystem = (size: string): string => {
    const mount = mkdtempSync(join(scratch, 'small-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs', mount]);
    mounts.push(mount);
    return mount;
  };

  it('at the start is an error, before the program runs', async () => {
    const run = await record(['/bin/echo', 'ran'], { scratch, directory: fileSystem('4m') });
    expect(run).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('no room for the ring'),
    });
  });

  it('later ends the recording and not the program, and the recording says so', async () => {
    const directory = fileSystem('1300k');
    const run = await record(['/usr/bin/python3', '-S', '-c', 'print(1)'], {
      scratch,
      directory,
      options: ['--vgdb=no', '--records=1000'],
    });
    expect(run).toMatchObject({
      status: 0,
      stdout: '1\n',
      stderr: expect.stringContaining('recording stopped'),
    });
    const [process] = chains(directory);
    expect(process!.page.state).toBe('noSpace');
    const [thread] = process!.threads;
    expect(thread!.breaks).toEqual([]);
    expect(thread!.events.at(-1)).toBe('lost');
  });
});
