import { messageOf } from '../errors';
import type { Live } from './live';

/** How long a program may take to end after SIGTERM. */
const GRACE = 1500;

/** DAP terminate: SIGTERM, as a user would send it, and SIGKILL when the program has not ended in a while. */
export async function terminateProgram(live: Live, lives: () => boolean): Promise<void> {
  const { pid } = live.target;
  if (live.target.kind === 'core' || pid === undefined) return;
  const kill = (signal: NodeJS.Signals) => {
    try {
      process.kill(pid, signal);
    } catch (error) {
      live.output(`${signal}: ${messageOf(error)}\n`);
    }
  };
  kill('SIGTERM');
  if (!live.isRunning) await live.gdb.sendCommand('-exec-continue');
  setTimeout(() => {
    if (lives()) kill('SIGKILL');
  }, GRACE).unref();
}

/**
 * Before the processes are ended at a disconnect: a program that is to live on is detached from; one that was attached
 * to and is to end is killed.
 */
export async function leaveProgram(live: Live, kill: boolean): Promise<void> {
  const { kind, pid } = live.target;
  if (kill) {
    if (kind === 'attach' && pid !== undefined) process.kill(pid, 'SIGKILL');
    return;
  }
  if (kind === 'valgrind')
    live.output('A program under Valgrind cannot be let go: it is ended.\n', 'important');
  if (kind !== 'native') return;
  const detach = async () => {
    if (live.isRunning) live.gdb.pause();
    while (live.isRunning) await new Promise((r) => setTimeout(r, 5));
    await live.gdb.sendCommand('-target-detach');
  };
  await Promise.race([detach().catch(() => undefined), new Promise((r) => setTimeout(r, 400))]);
}
