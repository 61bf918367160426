import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cpuTime } from './cpu-time';
import { pinned } from './pinned';
import { against, type Row } from './row';
import type { ValgrindTool } from './valgrind-tool';

/** Sizes of `fib` far enough apart for the difference to stand out of the start-up's noise. */
const GDB_SIZES = [4, 12] as const;
const OUR_SIZES = [24, 36] as const;

/**
 * Cost of one recorded instruction, ours and GDB's `record full`, on `fib`: the slope between two sizes, so that
 * neither side's start-up counts. How many instructions the sizes differ by, callgrind counts.
 */
export function perInstruction(fib: string, tool: ValgrindTool, rounds: number, scratch: string): Row {
  const count = (size: number) => instructions([fib, String(size)], tool, scratch);
  const nanoseconds = (sizes: readonly [number, number], seconds: (size: number) => number) => {
    const [small, large] = sizes;
    return ((seconds(large) - seconds(small)) * 1e9) / (count(large) - count(small));
  };
  const least = (seconds: () => number) => Math.min(...Array.from({ length: rounds }, seconds));
  const ours = nanoseconds(OUR_SIZES, (size) =>
    least(() => {
      const folder = mkdtempSync(join(scratch, 'ring-'));
      const seconds = cpuTime([...tool.recording(folder), fib, String(size)], tool.env);
      rmSync(folder, { recursive: true });
      return seconds;
    }),
  );
  const gdb = nanoseconds(GDB_SIZES, (size) => least(() => recordFull(fib, size)));
  return against('recording, per instruction, cheaper than GDB', {
    unit: 'ns',
    ours,
    peer: gdb,
    peerName: 'gdb record full',
    goal: { least: 40_000 },
  });
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
 * Seconds of `record full` from main to the end, on one CPU, where GDB and the program change turns fastest. The
 * environment keeps the program out of code that GDB cannot record: the lazy resolver's xsavec, AVX string functions.
 */
function recordFull(program: string, size: number): number {
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
  const [command, ...args] = pinned([
    ...['gdb', '-nx', '-q', '-batch'],
    ...script.flatMap((line) => ['-ex', line]),
    ...['--args', program, String(size)],
  ]);
  const { error, stdout, stderr } = spawnSync(command!, args, {
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
