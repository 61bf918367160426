import { spawnSync } from 'node:child_process';
import { cpus, loadavg, release } from 'node:os';

/** What the figures depend on, in a line; and how busy the machine is, for they mean little on a busy one. */
export function machine(valgrind: string): string {
  const gdb = /\d+(\.\d+)+/.exec(spawnSync('gdb', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[0];
  const [cpu] = cpus();
  return (
    `${cpus().length} x ${cpu?.model.trim()}, Linux ${release()}, Valgrind ${valgrind}, GDB ${gdb}, ` +
    `Node ${process.versions.node}; load ${loadavg()[0]!.toFixed(1)}`
  );
}
