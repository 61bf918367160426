import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type RecordedRun, startRecording } from './recorded-run';

const TIMEOUT = 20_000;

/** A program under the recorder that can be spoken to with vgdb while it runs. */
export interface MonitoredRun extends RecordedRun {
  readonly monitor: (command: string) => Promise<string>;
}

export async function startMonitored(
  command: readonly string[],
  scratch: string,
  options: readonly string[] = [],
): Promise<MonitoredRun> {
  const prefix = join(scratch, `vgdb-${process.hrtime.bigint()}`);
  const run = await startRecording(command, {
    scratch,
    options: ['--vgdb=yes', '--vgdb-error=999999', `--vgdb-prefix=${prefix}`, ...options],
  });
  const ready = () =>
    readdirSync(dirname(prefix)).some((name) => name.startsWith(`${basename(prefix)}-shared-mem`));
  while (!ready() || !existsSync(join(run.directory, `${run.child.pid}.0.t1`))) {
    if (run.child.exitCode !== null) throw new Error(`ended at once: ${(await run.end).stderr}`);
    await sleep(5);
  }
  const monitor = async (words: string): Promise<string> => {
    const args = [
      `--vgdb-prefix=${prefix}`,
      `--pid=${run.child.pid}`,
      '--max-invoke-ms=50',
      ...words.split(' '),
    ];
    const { stdout, stderr } = await promisify(execFile)('vgdb', args, { timeout: TIMEOUT });
    return stdout + stderr;
  };
  return { ...run, monitor };
}
