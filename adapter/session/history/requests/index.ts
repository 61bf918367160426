import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Cursor } from '../../../../src/history/position';
import { notInHistory, valuesNotRecorded } from '../errors';
import type { Past } from '../past';
import { otherThreadStack, pastStackTrace } from './stack-trace';
import { pastEvaluate, pastScopes, pastVariables } from './values';

type Handler = (past: Past, cursor: Cursor, args: never) => Promise<unknown> | undefined;

const refused =
  (what: string): Handler =>
  () =>
    Promise.reject(notInHistory(what));

/** What DAP's requests mean with the cursor in the past. Those that are not here are answered by the live session. */
export const pastRequests: Readonly<Record<string, Handler>> = {
  stackTrace: (past, cursor, args: DebugProtocol.StackTraceArguments) => {
    const thread = past.threads.historyOf(past.recording.history, args.threadId);
    return thread?.index === cursor.thread
      ? pastStackTrace(past, cursor, args)
      : Promise.resolve(otherThreadStack());
  },
  scopes: () => pastScopes(),
  variables: () => pastVariables(),
  evaluate: (past, _cursor, args: DebugProtocol.EvaluateArguments) => pastEvaluate(past, args),
  exceptionInfo: () => Promise.reject(valuesNotRecorded('The exception')),
  readMemory: () => Promise.reject(valuesNotRecorded('Memory')),
  'cdt-gdb-adapter/Memory': () => Promise.reject(valuesNotRecorded('Memory')),
  dataBreakpointInfo: () =>
    Promise.resolve({ dataId: null, description: 'Not in the history: values are not recorded.' }),
  setVariable: refused('Setting a variable'),
  setExpression: refused('Setting a value'),
  writeMemory: refused('Writing memory'),
  goto: refused('A jump'),
  gotoTargets: () => Promise.resolve({ targets: [] }),
  stepInTargets: () => Promise.resolve({ targets: [] }),
  pause: () => Promise.resolve({}),
};
