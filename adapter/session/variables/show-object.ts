import type { DebugProtocol } from '@vscode/debugprotocol';
import type { FrameReference } from 'cdt-gdb-adapter/dist/types/session';
import { miQuote } from '../../target/mi-quote';
import type { Live } from '../live';
import type { MiVariableObject } from '../mi';
import { frameOptions } from './frame-options';

/** Makes a variable object for an expression. `floating`: in whatever frame is current. */
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

export const isExpandable = (object: MiVariableObject): boolean =>
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
  if (variable.value === '' && !expandable && object.dynamic !== '1') variable.value = type;
  const pointer = /^\(?.*?(0x[0-9a-f]+)/.exec(type.includes('*') ? variable.value : '');
  if (pointer) variable.memoryReference = pointer[1]!;
  return variable;
}

/** `&(expression)` as a number, or undefined when the expression has no address (a register, a bit field). */
export async function addressOf(
  live: Live,
  expression: string,
  frame: FrameReference | undefined,
): Promise<string | undefined> {
  try {
    const { value } = await live.gdb.sendCommand<{ value: string }>(
      `-data-evaluate-expression ${frameOptions(frame)}${miQuote(`&(${expression})`)}`,
    );
    return /0x[0-9a-f]+/.exec(value)?.[0];
  } catch {
    return undefined;
  }
}
