import type { DebugProtocol } from '@vscode/debugprotocol';
import { valuesNotRecorded } from '../errors';
import type { Past } from '../past';
import { pastGdbCommand } from './gdb-command';

/** The one variables reference of the past; below those of the live session's handles. */
const NOT_RECORDED = 0x3fff_ffff;

/** DAP scopes: one that says that there are none. Nothing live is ever shown as historical. */
export async function pastScopes(): Promise<DebugProtocol.ScopesResponse['body']> {
  return { scopes: [{ name: 'Values: not recorded', variablesReference: NOT_RECORDED, expensive: false }] };
}

/** DAP variables. */
export async function pastVariables(): Promise<DebugProtocol.VariablesResponse['body']> {
  const value = 'a branch history holds no values; return to the live end to see them';
  return { variables: [{ name: 'not recorded', value, variablesReference: 0 }] };
}

/** What the debug console takes for a command of GDB; the second form is cpptools'. */
const COMMAND = /^\s*(?:>|-exec\s)(.*)$/s;

/** DAP evaluate. A GDB command of the console speaks of the live program and says so; expressions have no values here. */
export async function pastEvaluate(
  past: Past,
  args: DebugProtocol.EvaluateArguments,
): Promise<DebugProtocol.EvaluateResponse['body']> {
  const command = args.context === 'repl' ? COMMAND.exec(args.expression)?.[1] : undefined;
  if (command === undefined) throw valuesNotRecorded(args.expression.trim());
  return { result: await pastGdbCommand(past, command), variablesReference: 0 };
}
