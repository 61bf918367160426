import type { DebugProtocol } from '@vscode/debugprotocol';
import type { FrameReference } from 'cdt-gdb-adapter/dist/types/session';
import { AdapterError, programRuns } from '../../errors';
import type { Live } from '../live';
import type { MiFrame } from '../mi';
import { addressOf, createExplained, evaluateText, isArray, showObject } from '../variables/show-object';
import { gdbCommand, isGdbCommand } from './gdb-command';
import { objectJson } from './object-json';
import { frameOf } from './variables';

type Body = DebugProtocol.EvaluateResponse['body'];

/** Told at the start of a session. */
export const banner =
  "Expressions are evaluated in the selected frame; '>command' sends a command to GDB; '<text' sends a line to the " +
  "program's standard input ('<' alone: end of file).\n";

/** In the debug console these begin what is not an expression. */
const COMMAND = /^(?:>|-exec\s)\s*([\s\S]*)$/;

/**
 * DAP evaluate: an expression in the frame given, or in GDB's current one. In the debug console also `>command` (or
 * cpptools' `-exec command`) for GDB, and `<text` for the program's standard input.
 */
export async function evaluate(live: Live, args: DebugProtocol.EvaluateArguments): Promise<Body> {
  const text = args.expression.trim();
  const repl = args.context === 'repl';
  // A frame of an earlier stop is no reason to refuse a command.
  const frame =
    args.frameId === undefined
      ? undefined
      : repl
        ? live.frames.get(args.frameId)
        : frameOf(live, args.frameId);
  if (repl && text.startsWith('<')) {
    const line = args.expression.trimStart().slice(1);
    if (line === '') live.target.endStdin();
    else live.target.writeStdin(`${line}\n`);
    return { result: '', variablesReference: 0 };
  }
  const command = repl ? COMMAND.exec(text)?.[1] : undefined;
  if (command !== undefined) return gdbCommand(live, command, frame);
  if (live.isRunning) throw programRuns('Evaluating an expression');
  try {
    return await live.gdb.exclusive(() => evaluateExpression(live, text, args, frame));
  } catch (error) {
    // Only what cannot be an expression is tried as a command, and only by its full name.
    if (repl && isGdbCommand(text)) return gdbCommand(live, text, frame);
    if (error instanceof AdapterError && error.code === 'call-failed') await showWhereCallStands(live);
    throw error;
  }
}

async function evaluateExpression(
  live: Live,
  text: string,
  args: DebugProtocol.EvaluateArguments,
  frame: FrameReference | undefined,
): Promise<Body> {
  const hover = args.context === 'hover';
  // Moving the mouse must not run the program.
  if (hover) await live.gdb.sendGDBSet('may-call-functions off');
  try {
    const object = await createExplained(live, text, frame);
    if (args.format?.hex) {
      const { value: hex } = await live.gdb.sendCommand<{ value: string }>(
        `-var-set-format ${object.name} hexadecimal`,
      );
      Object.assign(object, { value: hex });
    }
    const shown = await showObject(live, object, text, text, frame);
    let result = shown.value;
    if (args.context === 'variables') result = await objectJson(live, object);
    else if (args.context === 'clipboard' || (args.context === 'repl' && shown.variablesReference > 0))
      result = await evaluateText(live, text, frame).catch(() => shown.value);
    else if (isArray(object.type)) result = (await addressOf(live, text, frame)) ?? result;
    const body: Body = { result, type: shown.type ?? '', variablesReference: shown.variablesReference };
    if (shown.indexedVariables !== undefined) body.indexedVariables = shown.indexedVariables;
    if (shown.memoryReference !== undefined) body.memoryReference = shown.memoryReference;
    return body;
  } finally {
    if (hover) await live.gdb.sendGDBSet('may-call-functions on');
  }
}

/** A called function may have hit a breakpoint: GDB reports no stop, but the program stands in there now. */
async function showWhereCallStands(live: Live): Promise<void> {
  const thread = await live.gdb.queryCurrentThreadId();
  const { stack } = await live.gdb.sendCommand<{ stack: MiFrame[] }>(`-stack-list-frames --thread ${thread}`);
  if (!stack.some((frame) => frame.func === '<function called from gdb>')) return;
  await live.reportStop(thread, 'breakpoint', {
    description: 'Paused in a function called from an expression',
  });
}
