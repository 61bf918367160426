import type { DebugProtocol } from '@vscode/debugprotocol';
import { valuesNotRecorded } from '../errors';
import type { Past } from '../past';

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

/** GDB commands that run the program, by the shortest forms GDB takes. */
const EXECUTION = new RegExp(
  '^\\s*(c|cont|continue|fg|r|run|start|starti|n|next|s|step|ni|nexti|si|stepi|u|until|adv|advance|fin|finish|' +
    'j|jump|k|kill|call|return|signal|queue-signal|detach|attach|reverse-\\S+|rc|rn|rs|rni|rsi|checkpoint|restart|' +
    'target|file|exec-file|record|tbreak|thread\\s+apply|inferior|print|p|inspect|set\\s+var|set\\s+variable|set\\s+\\$)\\b',
);

/**
 * DAP evaluate. A GDB command of the console (`>command`) speaks of the live program and says so; what would run the
 * program, or print values that seem to belong here, is refused.
 */
export async function pastEvaluate(
  past: Past,
  args: DebugProtocol.EvaluateArguments,
): Promise<DebugProtocol.EvaluateResponse['body']> {
  const command = args.context === 'repl' ? /^\s*>(.*)$/s.exec(args.expression)?.[1] : undefined;
  if (command === undefined || EXECUTION.test(command)) throw valuesNotRecorded(args.expression.trim());
  const printed = await past.live.console(command.trim());
  return { result: printed.replace(/^(?=.)/gm, '[live] ').trimEnd(), variablesReference: 0 };
}
