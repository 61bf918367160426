import type { DebugProtocol } from '@vscode/debugprotocol';
import type { FrameReference } from 'cdt-gdb-adapter/dist/types/session';
import { callFailed, messageOf } from '../../errors';
import { miQuote } from '../../target/mi-quote';
import type { Live } from '../live';
import type { MiVariableObject } from '../mi';
import { frameOptions } from './frame-options';

/** Makes a variable object for an expression; without a frame, in whatever frame is current. */
export async function createObject(
  live: Live,
  expression: string,
  frame: FrameReference | undefined,
): Promise<MiVariableObject> {
  const made = await live.gdb.sendCommand<MiVariableObject>(
    `-var-create ${frameOptions(frame)}- ${frame ? '*' : '@'} ${miQuote(expression)}`,
  );
  live.variables.own(made.name);
  return made;
}

/**
 * As `createObject`, for an expression of the user's. -var-create only says that it was "unable to create" one, and for
 * what cannot be read it makes one without a value: what is wrong is then asked for by evaluating again.
 */
export async function createExplained(
  live: Live,
  expression: string,
  frame: FrameReference | undefined,
): Promise<MiVariableObject> {
  const object = await createObject(live, expression, frame).catch(() => undefined);
  if (object === undefined || (object.value === '' && !isExpandable(object)))
    await explain(live, expression, frame);
  if (object === undefined) throw callFailed();
  return object;
}

/** @throws what is wrong with an expression; functions of the program are not called, for that they have been already. */
async function explain(live: Live, expression: string, frame: FrameReference | undefined): Promise<void> {
  await live.gdb.sendGDBSet('may-call-functions off');
  try {
    await evaluateText(live, expression, frame);
  } catch (error) {
    throw /may-call-functions/.test(messageOf(error)) ? callFailed() : error;
  } finally {
    await live.gdb.sendGDBSet('may-call-functions on');
  }
}

/** The value of an expression as GDB prints it. */
export async function evaluateText(
  live: Live,
  expression: string,
  frame: FrameReference | undefined,
): Promise<string> {
  const { value } = await live.gdb.sendCommand<{ value: string }>(
    `-data-evaluate-expression ${frameOptions(frame)}${miQuote(expression)}`,
  );
  return value;
}

const isExpandable = (object: MiVariableObject): boolean =>
  Number(object.numchild ?? 0) > 0 ||
  object.has_more === '1' ||
  (object.dynamic === '1' && object.displayhint !== 'string' && object.has_more !== '0');

export const isArray = (type: string | undefined): boolean => /\[[^\]]*\]$/.test(type ?? '');

/** A variable object as DAP shows it; `expression` as its evaluateName. */
export async function showObject(
  live: Live,
  object: MiVariableObject,
  name: string,
  expression: string | undefined,
  frame: FrameReference | undefined,
): Promise<DebugProtocol.Variable> {
  const type = object.type ?? '';
  const expandable = isExpandable(object);
  const variable: DebugProtocol.Variable = { name, value: object.value ?? '', type, variablesReference: 0 };
  if (expression !== undefined) variable.evaluateName = expression;
  if (expandable) {
    variable.variablesReference = live.variables.add({
      kind: 'object',
      name: object.name,
      type,
      expression,
      frame,
      dynamic: object.dynamic === '1',
      displayHint: object.displayhint,
    });
    if (isArray(type)) variable.indexedVariables = Number(object.numchild);
  }
  if (variable.value === '{...}' && expression !== undefined)
    variable.value = await summary(live, expression, frame);
  // GDB has a variable object without a value for what it cannot read.
  if (variable.value === '' && !expandable && expression !== undefined)
    variable.value = await evaluateText(live, expression, frame).catch((error) => `<${messageOf(error)}>`);
  const pointer = /^\(?.*?(0x[0-9a-f]+)/.exec(type.includes('*') ? variable.value : '');
  if (pointer) variable.memoryReference = pointer[1]!;
  return variable;
}

/** The first members or elements: `{x = 1, y = 2}`, `std::vector of length 3, capacity 4 = {10, 20, 30}`. */
async function summary(live: Live, expression: string, frame: FrameReference | undefined): Promise<string> {
  try {
    const text = await live.gdb.console(
      `with print elements 10 -- output ${expression}`,
      frameOptions(frame),
    );
    return text.length > 120 ? `${text.slice(0, 117)}...` : text;
  } catch {
    return '{...}';
  }
}

/** `&(expression)` as a number, or undefined when the expression has no address (a register, a bit field). */
export async function addressOf(
  live: Live,
  expression: string,
  frame: FrameReference | undefined,
): Promise<string | undefined> {
  try {
    return /0x[0-9a-f]+/.exec(await evaluateText(live, `&(${expression})`, frame))?.[0];
  } catch {
    return undefined;
  }
}
