import { spawnSync } from 'node:child_process';

/**
 * Processor seconds (user + system, children included) of the fastest of `runs` runs, pinned to one CPU. The shell's `time`
 * measures; the command is its argument list and no shell text.
 */
export function cpuTime(command: readonly string[], runs: number, env: NodeJS.ProcessEnv = {}): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) best = Math.min(best, once(command, env));
  return best;
}

function once(command: readonly string[], env: NodeJS.ProcessEnv): number {
  const shell = 'TIMEFORMAT="cpu %3U %3S"; time "$@" >/dev/null 2>/dev/null </dev/null; exit $?';
  const result = spawnSync('taskset', ['-c', '1', 'bash', '-c', shell, 'bash', ...command], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  const times = /cpu ([\d.]+) ([\d.]+)/.exec(result.stderr);
  if (result.status !== 0 || times === null)
    throw new Error(`${command.join(' ')} ended with status ${result.status}: ${result.stderr}`);
  return Number(times[1]) + Number(times[2]);
}
