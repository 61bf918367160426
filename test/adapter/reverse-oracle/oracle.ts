import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Place {
  /** Null without a name. */
  readonly function: string | null;
  /** 0 without line information. */
  readonly line: number;
}

/** One executed instruction as GDB's `record full` has it. */
export interface Instruction {
  readonly pc: number;
  /** The functions it belongs to, as GDB shows them: what is inlined here first, then the one that is not. */
  readonly places: readonly Place[];
  /** Whether a statement of the line table begins here. */
  readonly statement: boolean;
  /** Frames on the stack but for inlined functions and those that were left by a tail call. */
  readonly frames: number;
  /** Where the function begins that is not inlined. */
  readonly start: number;
  /** Where GDB's `break FUNCTION` lies. */
  readonly body: number;
}

/** The movements of GDB that are compared one by one from every instruction. */
export type Command =
  | 'reverse-step'
  | 'reverse-next'
  | 'reverse-finish'
  | 'reverse-continue'
  | 'step'
  | 'next'
  | 'finish'
  | 'continue';

export type WalkCommand = Command | 'reverse-stepi' | 'reverse-nexti' | 'stepi' | 'nexti';

/** `command` led to instruction `to`, and this is what GDB shows there. */
export interface WalkStop extends Place {
  readonly command: WalkCommand;
  readonly to: number;
}

/** What GDB does in a recorded run; oracle.py writes it. Instructions are numbered from 0, the program's first; the last is the live end. */
export interface Oracle {
  readonly trace: readonly Instruction[];
  readonly breakpoints: readonly number[];
  /** From each instruction to which one; -1 where GDB refuses, null where it was not asked. */
  readonly moves: Readonly<Record<Command, readonly (number | null)[]>>;
  readonly walks: Readonly<Record<'reverse-step' | 'reverse-next' | 'mixed', readonly WalkStop[]>>;
}

/** More than GDB needs for the largest of the programs, by far. */
const TIMEOUT_MS = 60_000;

/** Has GDB record `program` and walk through it. */
export async function askGdb(program: string): Promise<Oracle> {
  const folder = mkdtempSync(join(tmpdir(), 'bts-oracle-'));
  try {
    const out = join(folder, 'out.json');
    await runGdb(program, out);
    return JSON.parse(readFileSync(out, 'utf8')) as Oracle;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runGdb(program: string, out: string): Promise<void> {
  const script = join(__dirname, 'oracle.py');
  const child = spawn('gdb', ['-nx', '-q', '-batch', '-x', script, program], {
    env: { ...process.env, BTS_ORACLE_OUT: out },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`gdb ended with ${signal ?? code}: ${said.slice(-2000)}`));
    });
  });
}
