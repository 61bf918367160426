import type { GdbBackend } from '../target/gdb-backend';
import { breakpointOf, type MiBreakpoint } from './mi';

/**
 * A temporary breakpoint at the first line of main, for stopAtEntry.
 * @returns its number, or undefined when the program has no symbol main (it is stripped).
 */
export async function insertEntryBreakpoint(gdb: GdbBackend): Promise<string | undefined> {
  const { bkpt } = await gdb.sendCommand<{ bkpt: MiBreakpoint }>('-break-insert -t -f --function main');
  const { main } = breakpointOf(bkpt);
  if (main.pending === undefined) return main.number;
  await gdb.sendCommand(`-break-delete ${main.number}`);
  return undefined;
}
