import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { join } from 'node:path';

const MAIN = join(__dirname, '../../dist/adapter/main.js');

export interface Ended {
  /** As a shell shows it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts the command line as users do: `bts ARGS`. */
export function start(args: readonly string[], options: SpawnOptions = {}, input = ''): Running {
  const child = spawn(process.execPath, [MAIN, ...args], {
    timeout: 110_000,
    killSignal: 'SIGKILL',
    ...options,
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin?.on('error', () => {}); // not everything reads it
  child.stdin?.end(input);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
  return { child, ended };
}

export function bts(args: readonly string[], options: SpawnOptions = {}, input = ''): Promise<Ended> {
  return start(args, options, input).ended;
}

/** The lines of a jsonl answer. */
export function jsonLines<T = Record<string, unknown>>({ stdout }: Ended): T[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
