import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pinned } from './pinned';
import { against, type Row } from './row';
import type { ValgrindTool } from './valgrind-tool';

/** Puts a command where it is to run: as it is, or on one CPU. */
type Placing = (command: readonly string[]) => readonly string[];

/** Sizes of `fib` far enough apart for the difference to stand out of the start-up's noise. */
const GDB_SIZES = [4, 12] as const;
const OUR_SIZES = [24, 37] as const;

/**
 * Cost of one recorded instruction, ours and GDB's `record full`, on `fib`: seconds by the clock, the slope between two
 * sizes, so that neither side's start-up counts. How many instructions the sizes differ by, callgrind counts.
 * First as people run them; then both on one CPU, where GDB and its program change turns fastest.
 */
export function perInstruction(fib: string, tool: ValgrindTool, rounds: number, scratch: string): Row[] {
  const count = (size: number) => instructions([fib, String(size)], tool, scratch);
  const slope = ([small, large]: readonly [number, number], seconds: (size: number) => number) => {
    const least = (size: number) => Math.min(...Array.from({ length: rounds }, () => seconds(size)));
    return ((least(large) - least(small)) * 1e9) / (count(large) - count(small));
  };
  const name = 'recording, per instruction, cheaper than GDB';
  const compared = (on: Placing) => ({
    unit: 'ns',
    ours: slope(OUR_SIZES, (size) => record(on, [fib, String(size)], tool, scratch)),
    peer: slope(GDB_SIZES, (size) => recordFull(on, [fib, String(size)])),
    peerName: 'gdb record full',
    times: 'cheaper' as const,
  });
  return [
    against(name, { ...compared((command) => command), goal: { least: 40_000 } }),
    against(`${name}, on one CPU`, compared(pinned)),
  ];
}

/** Seconds. */
function record(on: Placing, command: readonly string[], tool: ValgrindTool, scratch: string): number {
  const folder = mkdtempSync(join(scratch, 'ring-'));
  try {
    const [valgrind, ...args] = on([...tool.recording(folder), ...command]);
    const start = performance.now();
    const run = spawnSync(valgrind!, args, { encoding: 'utf8', env: { ...process.env, ...tool.env } });
    const end = performance.now();
    if (run.status !== 0) throw new Error(`recording ${command[0]} failed: ${run.error ?? run.stderr}`);
    return (end - start) / 1000;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function instructions(command: readonly string[], tool: ValgrindTool, scratch: string): number {
  const out = join(scratch, 'callgrind.out');
  const [valgrind, ...options] = tool.command('callgrind');
  const run = spawnSync(valgrind!, [...options, `--callgrind-out-file=${out}`, ...command], {
    encoding: 'utf8',
    env: { ...process.env, ...tool.env },
  });
  const counted = run.status === 0 ? /^summary: (\d+)/m.exec(readFileSync(out, 'utf8')) : null;
  if (counted === null) throw new Error(`callgrind did not count: ${run.error ?? run.stderr}`);
  return Number(counted[1]);
}

/**
 * Seconds of `record full` from main to the end. The environment keeps the program out of code that GDB cannot record:
 * the lazy resolver's xsavec, AVX string functions.
 */
function recordFull(on: Placing, command: readonly string[]): number {
  const script = [
    'set pagination off',
    'set debuginfod enabled off',
    'set record full insn-number-max unlimited',
    'break main',
    'run',
    'record full',
    'break _exit',
    'python import time; start = time.monotonic()',
    'continue',
    'python print("seconds", time.monotonic() - start, gdb.selected_frame().name())',
    'kill',
  ];
  const [gdb, ...args] = on([
    ...['gdb', '-nx', '-q', '-batch'],
    ...script.flatMap((line) => ['-ex', line]),
    ...['--args', ...command],
  ]);
  const { error, stdout, stderr } = spawnSync(gdb!, args, {
    encoding: 'utf8',
    env: {
      ...process.env,
      LD_BIND_NOW: '1',
      GLIBC_TUNABLES: 'glibc.cpu.hwcaps=-AVX512F,-AVX2,-AVX,-AVX512VL,-EVEX',
    },
  });
  // Stopped anywhere else, it did not record all of it.
  const seconds = /^seconds (\S+) \S*_exit$/m.exec(stdout);
  if (seconds === null) throw new Error(`gdb record full failed: ${error ?? stdout + stderr}`);
  return Number(seconds[1]);
}
