import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One executed instruction as GDB's `record full` has it. */
export interface Instruction {
  readonly pc: number;
  /** As GDB names the frame; null without a name. */
  readonly function: string | null;
  /** 0 without line information. */
  readonly line: number;
  /** First address of the line table entry that pc belongs to. */
  readonly entry: number;
  /** Frames on the stack, inlined ones included. */
  readonly frames: number;
  readonly inlined: number;
  /** Where GDB's `break FUNCTION` lies, for the function that contains pc and is no inlined one. */
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

/** `command` led to instruction `to`, shown as `function` and `line`. */
export interface WalkStop {
  readonly command: Command | 'reverse-stepi' | 'stepi';
  readonly to: number;
  readonly function: string;
  readonly line: number;
}

/** What GDB does in a recorded run. Instructions are numbered from 0, the program's first; the last is the live end. */
export interface Oracle {
  readonly trace: readonly Instruction[];
  readonly breakpoints: readonly number[];
  /** From each instruction to which one; -1 where GDB refuses. */
  readonly moves: Readonly<Record<Command, readonly number[]>>;
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
    return parse(JSON.parse(readFileSync(out, 'utf8')));
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

type Wire = Omit<Oracle, 'trace' | 'walks'> & {
  readonly trace: [number, string | null, number, number, number, number, number][];
  readonly walks: Record<keyof Oracle['walks'], [WalkStop['command'], number, string, number][]>;
};

function parse({ trace, breakpoints, moves, walks }: Wire): Oracle {
  const stops = (walk: Wire['walks']['mixed']): WalkStop[] =>
    walk.map(([command, to, name, line]) => ({ command, to, function: name, line }));
  return {
    trace: trace.map(([pc, name, line, entry, frames, inlined, body]) => ({
      pc,
      function: name,
      line,
      entry,
      frames,
      inlined,
      body,
    })),
    breakpoints,
    moves,
    walks: {
      'reverse-step': stops(walks['reverse-step']),
      'reverse-next': stops(walks['reverse-next']),
      mixed: stops(walks.mixed),
    },
  };
}
