import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { ValgrindInstall } from '../recorder/valgrind-install';
import type { RunDirectory } from '../target/run-directory';

/** A program that has run under the recorder. */
export interface RecordedRun {
  readonly pid: number;
  /** What the tool was given as --bts-dir. */
  readonly recording: string;
  readonly startedAt: Date;
  /** As a shell shows it. */
  readonly status: number;
  readonly signal?: NodeJS.Signals;
  /** What Valgrind itself had to say. */
  readonly said: string;
}

interface RunOptions {
  readonly install: ValgrindInstall;
  readonly directory: RunDirectory;
  readonly command: readonly string[];
  readonly records: number;
  /** Stay with the process when it executes another program. */
  readonly followExec: boolean;
}

/** Signals that a terminal sends to us and to the program: the program's answer is the one that counts. */
const FROM_TERMINAL = ['SIGINT', 'SIGQUIT'] as const;
/** Signals for us alone: the program is to have them too. */
const PASSED_ON = ['SIGTERM', 'SIGHUP'] as const;

/** Runs the command under Valgrind with our tool; the program has our terminal, input and output. */
export async function runRecorded(options: RunOptions): Promise<RecordedRun> {
  const { install, directory, command, records, followExec } = options;
  const recording = directory.file('ring');
  const log = directory.file('valgrind.log');
  mkdirSync(recording, { mode: 0o700 });
  const own = [
    '-q',
    '--tool=bts',
    `--bts-dir=${recording}`,
    `--records=${records}`,
    '--vgdb=no',
    `--trace-children=${followExec ? 'yes' : 'no'}`,
    `--log-file=${log}`,
  ];
  const startedAt = new Date();
  const child = spawn(install.valgrind, [...own, '--', ...command], {
    stdio: 'inherit',
    env: { ...process.env, VALGRIND_LIB: install.lib },
  });
  if (child.pid !== undefined) directory.addProcess(child.pid);
  const nothing = (): void => {};
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of FROM_TERMINAL) process.on(signal, nothing);
  for (const signal of PASSED_ON) process.on(signal, passOn);
  try {
    const end = await new Promise<{ status: number; signal?: NodeJS.Signals }>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) =>
        resolve(signal ? { status: 128 + constants.signals[signal], signal } : { status: code ?? 0 }),
      );
    });
    return { pid: child.pid!, recording, startedAt, ...end, said: wordsOf(log) };
  } finally {
    for (const signal of FROM_TERMINAL) process.off(signal, nothing);
    for (const signal of PASSED_ON) process.off(signal, passOn);
  }
}

/** Without the prefix `==PID== `; nothing when all it says is that a signal ended the program. */
function wordsOf(log: string): string {
  try {
    const text = readFileSync(log, 'utf8').replace(/^(==|--|\*\*)\d+\1 ?/gm, '');
    if (/^\s*Process terminating with default action of signal/.test(text)) return '';
    return text.trim().slice(0, 2000);
  } catch {
    return '';
  }
}
