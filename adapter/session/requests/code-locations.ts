import type { DebugProtocol } from '@vscode/debugprotocol';
import { notSupported, programRuns } from '../../errors';
import { miQuote } from '../../target/mi-quote';
import type { Live } from '../live';

interface Line {
  readonly pc: string;
  readonly line: string;
}

/** Every line of a file that has code, with its addresses. */
async function codeLines(live: Live, file: string): Promise<readonly Line[]> {
  if (live.isRunning && live.target.isRemote) throw programRuns('Looking for code');
  return (await live.gdb.sendCommand<{ lines: Line[] }>(`-symbol-list-lines ${miQuote(file)}`)).lines;
}

/** DAP breakpointLocations. */
export async function breakpointLocations(
  live: Live,
  args: DebugProtocol.BreakpointLocationsArguments,
): Promise<DebugProtocol.BreakpointLocationsResponse['body']> {
  const end = args.endLine ?? args.line;
  // A file that GDB does not know has none.
  const lines = await codeLines(live, args.source.path ?? '').catch(() => []);
  const wanted = new Set(lines.map((l) => Number(l.line)).filter((line) => line >= args.line && line <= end));
  return { breakpoints: [...wanted].sort((a, b) => a - b).map((line) => ({ line })) };
}

/** DAP gotoTargets: the code of a line, or of the next one with code. The id is its address, which a number holds. */
export async function gotoTargets(
  live: Live,
  args: DebugProtocol.GotoTargetsArguments,
): Promise<DebugProtocol.GotoTargetsResponse['body']> {
  const lines = await codeLines(live, args.source.path ?? '');
  const line = Math.min(...lines.map((l) => Number(l.line)).filter((l) => l >= args.line));
  const addresses = lines.filter((l) => Number(l.line) === line).map((l) => BigInt(l.pc));
  const first = addresses.reduce<bigint | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined);
  if (first === undefined) return { targets: [] };
  return {
    targets: [
      {
        id: Number(first),
        label: `line ${line}`,
        line,
        instructionPointerReference: `0x${first.toString(16)}`,
      },
    ],
  };
}

/** DAP goto: moves the program counter; nothing in between is run. */
export async function goto(live: Live, args: DebugProtocol.GotoArguments): Promise<void> {
  if (live.isRunning) throw programRuns('Jumping');
  if (!Number.isSafeInteger(args.targetId)) throw notSupported('This jump target does not exist.');
  await live.gdb.sendCommand(
    `-data-evaluate-expression --thread ${args.threadId} --frame 0 ${miQuote(`$pc = 0x${args.targetId.toString(16)}`)}`,
  );
  setImmediate(() => void live.reportStop(args.threadId, 'goto'));
}
