import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { SymbolTables } from './symbol-stacks';

interface AddressAnswer {
  /** Appended to the process's string table. */
  readonly strings: readonly string[];
  /** Appended to the process's stack table: [function start or -1, name, file, line, name, file, line, …]. */
  readonly stacks: readonly (readonly number[])[];
  /** For each address stack index * 2 + is_stmt, or -1. */
  readonly answers: readonly number[];
}

export interface SymbolProcessOptions {
  readonly gdb: string;
  /** GDB commands run before anything else. */
  readonly setup: readonly string[];
  /** A question older than this ends the process. Milliseconds. */
  readonly timeout: number;
}

/** Thrown into every open question when the process ends or is ended. */
export class SymbolProcessEnded extends Error {
  constructor(
    /** "exit status 1", "killed by SIGSEGV", "no answer for 120 s", … */
    readonly how: string,
    /** The end of what GDB printed. */
    readonly said: string,
    /** False when the process ended before its first answer: GDB is missing or has no Python. */
    readonly wasUp: boolean,
    readonly notFound: boolean,
  ) {
    super(`GDB's symbol process ended: ${how}`);
  }
}

interface Question {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

const SCRIPT = join(__dirname, 'symbol-server.py');

/**
 * A GDB process that answers symbol questions (see symbol-server.py) in the order asked. It ends by itself when
 * this process does, because its stdin ends.
 */
export class GdbSymbolProcess {
  readonly tables: SymbolTables = { strings: [], stacks: [] };
  private readonly child: ChildProcess;
  private readonly open: Question[] = [];
  private timer: NodeJS.Timeout | undefined;
  private said = '';
  private wasUp = false;
  private ended: SymbolProcessEnded | undefined;

  constructor(private readonly options: SymbolProcessOptions) {
    this.child = spawn(options.gdb, ['-nx', '-q', '-batch', '-x', SCRIPT], {
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
      // Its own group: a Ctrl-C meant for the program must not end it.
      detached: true,
    });
    this.child.on('error', (error) => this.end(error.message, true));
    this.child.on('close', (code, signal) =>
      this.end(signal ? `killed by ${signal}` : `exit status ${code}`),
    );
    this.stdin.on('error', () => {}); // EPIPE: 'close' says more
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.said = (this.said + text).slice(-2000);
    });
    createInterface({ input: this.child.stdio[3] as Readable }).on('line', (line) => this.answered(line));
    this.ask({ setup: options.setup }).catch(() => {}); // its failure is every later question's too
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Reads a module's symbols, its lowest address at `offset`; returns GDB's complaint if it cannot. */
  async addModule(path: string, offset: number): Promise<string | undefined> {
    return ((await this.ask({ module: path, offset })) as { error?: string }).error;
  }

  /** For each address its stack's index in {@link tables} * 2 + is_stmt, or -1. */
  async addresses(addresses: readonly number[]): Promise<readonly number[]> {
    const { strings, stacks, answers } = (await this.ask({ addresses })) as AddressAnswer;
    for (const text of strings) this.tables.strings.push(text);
    for (const stack of stacks) this.tables.stacks.push(stack);
    return answers;
  }

  /** Ends the process; open questions are rejected. */
  dispose(): void {
    this.end('ended by us');
  }

  private get stdin(): Writable {
    return this.child.stdin!;
  }

  private ask(request: object): Promise<unknown> {
    if (this.ended) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => {
      this.open.push({ resolve, reject });
      this.stdin.write(`${JSON.stringify(request)}\n`);
      if (this.open.length === 1) this.restartTimer();
    });
  }

  private answered(line: string): void {
    const question = this.open.shift();
    if (!question || this.ended) return;
    this.wasUp = true;
    this.restartTimer();
    try {
      question.resolve(JSON.parse(line));
    } catch {
      this.end('an answer that is not JSON');
      question.reject(this.ended!);
    }
  }

  private restartTimer(): void {
    clearTimeout(this.timer);
    this.timer =
      this.open.length > 0
        ? setTimeout(() => this.end(`no answer for ${this.options.timeout / 1000} s`), this.options.timeout)
        : undefined;
  }

  private end(how: string, notFound = false): void {
    if (this.ended) return;
    this.ended = new SymbolProcessEnded(how, this.said.trim().split('\n').at(-1) ?? '', this.wasUp, notFound);
    clearTimeout(this.timer);
    this.child.kill('SIGKILL');
    this.stdin.destroy();
    for (const question of this.open.splice(0)) question.reject(this.ended);
  }
}
