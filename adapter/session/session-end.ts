import type { GdbBackend } from '../target/gdb-backend';
import type { GdbProcess } from '../target/gdb-process';
import type { RunDirectory } from '../target/run-directory';
import type { Target } from '../target/target';

/** What there is to end: any of it may not be there yet. */
export interface EndOfSession {
  readonly gdb: GdbBackend | undefined;
  readonly process: GdbProcess | undefined;
  readonly target: Target | undefined;
  readonly runDirectory: RunDirectory | undefined;
}

const within = <T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> =>
  Promise.race([
    promise.catch(() => undefined),
    new Promise<undefined>((r) => setTimeout(r, milliseconds, undefined).unref()),
  ]);

/**
 * Ends the processes of a session, in the reverse order of their start, each with a time after which it is killed. All
 * of it together stays under the second in which the adapter must be gone.
 */
export async function endProcesses({ gdb, process, target, runDirectory }: EndOfSession): Promise<void> {
  const targetGone = target?.kill() ?? Promise.resolve();
  // In good order GDB takes its own program with it, and its breakpoints out of one that it only visited.
  if (gdb && process?.pid !== undefined && (target?.kind === 'native' || target?.kind === 'attach')) {
    gdb.sendCommand('-gdb-exit').catch(() => undefined);
    await within(process.exited(), 300);
  }
  process?.kill();
  await Promise.all([
    process?.pid === undefined ? undefined : within(process.exited(), 200),
    within(targetGone, 200),
  ]);
  target?.dispose();
  runDirectory?.remove();
}
