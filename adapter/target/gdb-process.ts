import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import type { IGDBProcessManager, IStdioProcess } from 'cdt-gdb-adapter/dist/types/gdb';
import { parseGdbVersionOutput } from 'cdt-gdb-adapter/dist/util/parseGdbVersionOutput';
import { gdbDied, gdbMissing } from '../errors';
import { findExecutable } from './find-executable';
import { guardedCommand } from './guarded-command';

/** What GDB is started with. */
export interface GdbSpawn {
  /** Name or path, as in launch.json. */
  readonly gdb: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Starts GDB and asks for its version at the same time: one after the other they cost 40 ms more. */
export class GdbProcess implements IGDBProcessManager {
  protected child: IStdioProcess | undefined;
  /** Resolves with how GDB ended. */
  protected ended: Promise<string> | undefined;
  private version: Promise<string> | undefined;
  private errors = '';
  private readonly asking = new AbortController();

  constructor(protected readonly what: GdbSpawn) {}

  get pid(): number | undefined {
    return this.child?.getPID();
  }

  /** Rejects when GDB ends, with what it said; never resolves. */
  async died(): Promise<never> {
    const how = await this.exited();
    throw gdbDied(how, this.errors.trim().slice(-500));
  }

  /** Resolves to "exit status 1" or "SIGKILL" when GDB has ended. */
  exited(): Promise<string> {
    return this.ended ?? new Promise<never>(() => undefined);
  }

  get lastWords(): string {
    return this.errors.trim().slice(-500);
  }

  async getVersion(): Promise<string> {
    await this.launch();
    return this.version!;
  }

  async start(): Promise<IStdioProcess> {
    await this.launch();
    return this.child!;
  }

  async stop(): Promise<void> {
    this.kill();
  }

  kill(): void {
    this.asking.abort();
    this.child?.kill('SIGKILL');
  }

  private async launch(): Promise<void> {
    if (this.version) return;
    // Ended before it began: what is started now, nobody would end.
    if (this.asking.signal.aborted) throw gdbDied('before its start', '');
    const gdb = findExecutable(this.what.gdb);
    if (gdb === undefined) throw gdbMissing(this.what.gdb);
    this.version = readVersion(gdb, this.what.cwd, this.what.env, this.asking.signal);
    // Awaited in getVersion; when GDB cannot run at all, `died` tells more.
    this.version.catch(() => undefined);
    await this.spawn(gdb);
  }

  /** Starts GDB and sets `child` and `ended`. */
  protected async spawn(gdb: string): Promise<void> {
    const [command, ...args] = guardedCommand([gdb, '--interpreter=mi2', '-q', ...this.what.args]);
    const { cwd, env } = this.what;
    const child = spawn(command, args, { cwd, env, stdio: 'pipe' }) as ChildProcess & IStdioProcess;
    this.child = child;
    child.getPID = () => child.pid;
    // A character may be split between two reads: the stream's decoder, unlike chunk.toString(), waits for its end.
    child.stdout!.setEncoding('utf8');
    child.stderr!.setEncoding('utf8');
    child.stderr!.on('data', (text: string) => {
      this.errors = (this.errors + text).slice(-4096);
    });
    // A command written to a GDB that has just died is answered through its callback: nobody needs the event.
    child.stdin!.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      child.on('error', (error) => resolve(error.message));
      // Its pipes may be held open by what it started: for them nobody waits.
      child.on('exit', (code, signal) => resolve(signal ?? `exit status ${code}`));
    });
  }
}

async function readVersion(
  gdb: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string> {
  const options = { cwd, env, signal, killSignal: 'SIGKILL' as const };
  const { stdout, stderr } = await promisify(execFile)(gdb, ['--version'], options).catch((error) => {
    throw gdbDied(String(error.code ?? error.signal), String(error.stderr || error.message).trim());
  });
  const version = parseGdbVersionOutput(stdout);
  if (!version) throw gdbDied('it does not look like GDB', (stdout + stderr).trim().slice(0, 200));
  return version;
}

/** The base class's rule: `cwd`, else the program's directory, else the adapter's own. */
export function gdbDirectory(cwd: string | undefined, program: string | undefined): string {
  const directory = cwd ?? (program && existsSync(program) ? path.dirname(program) : process.cwd());
  return existsSync(directory) ? directory : process.cwd();
}
