import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { cpuTime } from './cpu-time';
import { against, type Row } from './row';
import type { ValgrindTool } from './valgrind-tool';

/**
 * Cost of one recorded instruction, ours and GDB's `record full`, on `fib`: the slope between two sizes, so that
 * neither side's start-up counts. How many instructions the sizes differ by, callgrind counts.
 */
export function perInstruction(program: string, tool: ValgrindTool, scratch: string): Row {
  const gdb = slope(program, [4, 12], tool, (size) => recordFull(program, size));
  const ours = slope(program, [24, 32], tool, (size) =>
    cpuTime([...tool.recording(join(scratch, `fib-${size}`)), program, String(size)], 3, tool.env),
  );
  return against('recording, per instruction: cheaper than GDB', 'ns', ours, 'gdb record full', gdb, { least: 40_000 });
}

/** Nanoseconds an instruction. */
function slope(
  program: string,
  [small, large]: readonly [number, number],
  tool: ValgrindTool,
  seconds: (size: number) => number,
): number {
  const instructions = countInstructions(program, large, tool) - countInstructions(program, small, tool);
  return ((seconds(large) - seconds(small)) * 1e9) / instructions;
}

function countInstructions(program: string, size: number, tool: ValgrindTool): number {
  const [command, ...args] = [...tool.command('callgrind'), '--callgrind-out-file=/dev/null', program, String(size)];
  const { stderr } = spawnSync(command!, args, { encoding: 'utf8' });
  const collected = /Collected : (\d+)/.exec(stderr);
  if (collected === null) throw new Error(`callgrind did not count: ${stderr}`);
  return Number(collected[1]);
}

/** Seconds of `record full` from main to the end; LD_BIND_NOW keeps GDB out of code that it cannot record. */
function recordFull(program: string, size: number): number {
  const script = [
    'set pagination off',
    'set record full insn-number-max unlimited',
    'break main',
    'run',
    'record full',
    'python import time; start = time.monotonic()',
    'break _exit',
    'continue',
    'python print("seconds", time.monotonic() - start)',
    'kill',
  ];
  const args = ['-nx', '-q', '-batch', ...script.flatMap((line) => ['-ex', line]), '--args', program, String(size)];
  const { stdout, stderr } = spawnSync('gdb', args, {
    encoding: 'utf8',
    env: { ...process.env, LD_BIND_NOW: '1', GLIBC_TUNABLES: 'glibc.cpu.hwcaps=-AVX512F,-AVX2,-AVX,-AVX512VL,-EVEX' },
  });
  const seconds = /seconds ([\d.]+)/.exec(stdout);
  if (seconds === null) throw new Error(`gdb record full failed: ${stdout}${stderr}`);
  return Number(seconds[1]);
}
