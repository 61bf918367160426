import { readFileSync } from 'node:fs';

/** The command made to run on one CPU, the last that this process may use: interrupts tend to go to the first. */
export function pinned(command: readonly string[]): readonly string[] {
  const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'));
  const cpu = allowed?.[1]?.split(/[-,]/).at(-1) ?? '0';
  return ['taskset', '-c', cpu, ...command];
}
