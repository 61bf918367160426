import type { DebugProtocol } from '@vscode/debugprotocol';
import type { FrameReference } from 'cdt-gdb-adapter/dist/types/session';
import { programRuns, staleReference } from '../../errors';
import { miQuote } from '../../target/mi-quote';
import type { Live } from '../live';
import type { MiVariableObject } from '../mi';
import { frameOptions } from '../variables/frame-options';
import { createExplained, createObject, showObject } from '../variables/show-object';
import { frameOf, variables } from './variables';

type Body = DebugProtocol.SetVariableResponse['body'];

/** DAP setVariable. */
export async function setVariable(live: Live, args: DebugProtocol.SetVariableArguments): Promise<Body> {
  if (live.isRunning) throw programRuns('Changing a variable');
  const node = live.variables.get(args.variablesReference);
  if (node.kind === 'registers') {
    const object = await createObject(live, `$${args.name}`, node.frame);
    await live.gdb.sendCommand(`-var-set-format ${object.name} hexadecimal`);
    return assign(live, object, args.value, node.frame);
  }
  let name = live.variables.child(args.variablesReference, args.name);
  if (name === undefined) {
    // A client may name what it has not listed yet.
    await variables(live, { variablesReference: args.variablesReference });
    name = live.variables.child(args.variablesReference, args.name);
  }
  if (name === undefined) throw staleReference(`The variable ${args.name}`);
  return assign(live, { name }, args.value, node.frame);
}

/** DAP setExpression. */
export async function setExpression(
  live: Live,
  args: DebugProtocol.SetExpressionArguments,
): Promise<DebugProtocol.SetExpressionResponse['body']> {
  if (live.isRunning) throw programRuns('Changing an expression');
  const frame = args.frameId === undefined ? undefined : frameOf(live, args.frameId);
  return assign(live, await createExplained(live, args.expression.trim(), frame), args.value, frame);
}

async function assign(
  live: Live,
  object: MiVariableObject,
  value: string,
  frame: FrameReference | undefined,
): Promise<Body> {
  // The value may itself be an expression, which belongs to the frame.
  const assigned = await live.gdb.sendCommand<{ value: string }>(
    `-var-assign ${frameOptions(frame)}${object.name} ${miQuote(value)}`,
  );
  const { type } = await live.gdb.sendCommand<{ type: string }>(`-var-info-type ${object.name}`);
  const { numchild } = await live.gdb.sendCommand<{ numchild: string }>(
    `-var-info-num-children ${object.name}`,
  );
  const shown = await showObject(
    live,
    { ...object, type, numchild, value: assigned.value },
    object.name,
    undefined,
    frame,
  );
  const body: Body = { value: shown.value, type, variablesReference: shown.variablesReference };
  if (shown.memoryReference !== undefined) body.memoryReference = shown.memoryReference;
  return body;
}
