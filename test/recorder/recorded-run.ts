import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { findValgrind, type ValgrindInstall } from '../../adapter/recorder/valgrind-install';

export interface RunOptions {
  /** Options of Valgrind and of the tool, besides --tool and --bts-dir. */
  readonly options?: readonly string[];
  /** Where the recording and whatever the program leaves behind go. */
  readonly scratch: string;
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Made by default: a new one in `scratch`. */
  readonly directory?: string;
}

export interface RunEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program on its way under the recorder, without GDB. */
export interface RecordedRun {
  readonly child: ChildProcess;
  /** What the tool was given as --bts-dir. */
  readonly directory: string;
  readonly end: Promise<RunEnd>;
}

const TIMEOUT = 120_000;
let install: Promise<ValgrindInstall> | undefined;

export async function startRecording(command: readonly string[], run: RunOptions): Promise<RecordedRun> {
  install ??= findValgrind();
  const { valgrind, lib } = await install;
  const directory = run.directory ?? mkdtempSync(join(run.scratch, 'recording-'));
  const child = spawn(
    valgrind,
    ['-q', '--tool=bts', `--bts-dir=${directory}`, ...(run.options ?? ['--vgdb=no']), '--', ...command],
    {
      cwd: run.scratch,
      env: { ...process.env, ...run.env, VALGRIND_LIB: lib },
      timeout: TIMEOUT,
      killSignal: 'SIGKILL',
    },
  );
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  child.stdin.on('error', () => undefined); // the program need not read it
  child.stdin.end(run.input ?? '');
  const end = new Promise<RunEnd>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status, signal, ...output }));
  });
  return { child, directory, end };
}

/** A recorded program that has ended. */
export interface RecordedEnd extends RunEnd {
  readonly directory: string;
  readonly pid: number;
}

export async function record(command: readonly string[], run: RunOptions): Promise<RecordedEnd> {
  const { child, directory, end } = await startRecording(command, run);
  return { ...(await end), directory, pid: child.pid! };
}
