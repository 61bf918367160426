import { spawnSync } from 'node:child_process';
import { pinned } from './pinned';

/**
 * Processor seconds (user + system, children included) of one run, pinned to one CPU. The shell's `time` measures, to a
 * millisecond; the command is its argument list and no shell text.
 */
export function cpuTime(command: readonly string[], env: NodeJS.ProcessEnv = {}): number {
  const shell = 'TIMEFORMAT="cpu %3U %3S"; time "$@" >/dev/null </dev/null';
  const [program, ...args] = pinned(['bash', '-c', shell, 'bash', ...command]);
  const result = spawnSync(program!, args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', ...env },
    maxBuffer: 1 << 26,
  });
  const times = /cpu ([\d.]+) ([\d.]+)\n$/.exec(result.stderr ?? '');
  if (result.status !== 0 || times === null)
    throw new Error(
      `${command.join(' ')} ended with status ${result.status}: ${result.error ?? result.stderr}`,
    );
  return Number(times[1]) + Number(times[2]);
}
