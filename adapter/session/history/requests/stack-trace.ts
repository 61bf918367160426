import type { DebugProtocol } from '@vscode/debugprotocol';
import { formatAddress } from '../../../../src/address';
import { callStack, type StackEntry } from '../../../../src/history/call-stack';
import type { Cursor } from '../../../../src/history/position';
import { withSymbols } from '../../../../src/history/with-symbols';
import type { SourceFrame } from '../../../../src/symbols/symbol-table';
import { sourceOf } from '../../requests/stack-trace';
import { chainOf, type Past } from '../past';

/**
 * Frames of the past have ids above all those of the live session. They carry nothing: what can be asked of one is
 * "not recorded" for all of them.
 */
export const FIRST_PAST_FRAME = 0x4000_0000;

/** Callers looked for: no reader looks further, and each costs a search. */
const MOST_CALLERS = 1000;

/** DAP stackTrace of the cursor's thread: the frame at the cursor, the recorded callers, and where the record begins. */
export async function pastStackTrace(
  past: Past,
  cursor: Cursor,
  args: DebugProtocol.StackTraceArguments,
): Promise<DebugProtocol.StackTraceResponse['body']> {
  const { symboliser, pass } = past.recording;
  const stack = await withSymbols(symboliser, pass, (symbols) =>
    callStack(chainOf(past, cursor), symbols, cursor, MOST_CALLERS),
  );
  const frames = stack.entries.flatMap((entry, depth) => inlineFrames(entry, depth > 0));
  if (stack.beginning !== undefined)
    frames.push({ name: `no callers recorded before this: ${stack.beginning}`, presentationHint: 'label' });
  const all = frames.map((frame, index) => ({ line: 0, column: 0, ...frame, id: FIRST_PAST_FRAME + index }));
  const start = args.startFrame ?? 0;
  const end = args.levels ? start + args.levels : all.length;
  return { stackFrames: all.slice(start, end), totalFrames: all.length };
}

/** DAP stackTrace of any other thread. Its live frames would look as if they belonged to the same moment. */
export function otherThreadStack(): DebugProtocol.StackTraceResponse['body'] {
  const name = 'not in history: stopped live';
  return {
    stackFrames: [{ id: FIRST_PAST_FRAME - 1, name, line: 0, column: 0, presentationHint: 'label' }],
    totalFrames: 1,
  };
}

type Frame = Pick<DebugProtocol.StackFrame, 'name' | 'presentationHint'> & Partial<DebugProtocol.StackFrame>;

function inlineFrames(entry: StackEntry, inferred: boolean): Frame[] {
  const address = formatAddress(entry.pc);
  const frames: readonly SourceFrame[] = entry.location?.frames ?? [{ name: address }];
  return frames.map((frame, level) => ({
    name: frame.name,
    presentationHint: inferred || level > 0 ? 'subtle' : 'normal',
    instructionPointerReference: address,
    ...(entry.location?.module === undefined ? {} : { moduleId: entry.location.module }),
    ...(frame.file === undefined ? {} : { source: sourceOf(frame.file, frame.file), line: frame.line ?? 0 }),
  }));
}
