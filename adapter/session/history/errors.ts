import { AdapterError } from '../../errors';

const user = (code: string, message: string) => new AdapterError(code, 'user', message);

export const valuesNotRecorded = (what: string) =>
  user(
    'not-recorded',
    `${what ? `${what}: ` : ''}not recorded. The debugger stands in the history, which holds branches and no values. ` +
      'Continue to the live end to see them.',
  );
export const notInHistory = (what: string) =>
  user(
    'in-history',
    `${what} is not possible in the history: the past cannot be changed. Continue to the live end first.`,
  );
export const notWhileInHistory = (command: string) =>
  user(
    'in-history',
    `The GDB command "${command}" is not run in the history: it is not known to leave the program as it is. ` +
      'Those that only look are run (info, print, x, list, disassemble, backtrace, help, …), and breakpoints can be set. ' +
      'Continue to the live end first.',
  );
export const otherThread = (threadId: number) =>
  user(
    'in-history',
    `Thread ${threadId} is stopped live, and the debugger stands in the history of another thread. Continue there to the live end first.`,
  );
export const threadEnded = (tid: number) =>
  user(
    'thread-ended',
    `Thread ${tid} has ended. Its history can be read and searched, but the debugger cannot stand in it.`,
  );
export const noHistory = (why: string) => user('no-history', `There is no branch history: ${why}`);
export const programRunning = () =>
  user('program-runs', 'The history can be read only while the program is stopped. Pause it first.');
export const badMove = (why: string) =>
  user('bad-request', `This place in the history does not exist: ${why}.`);
export const sizeIsFixed = () =>
  user(
    'size-fixed',
    'The number of records is fixed while the program runs. Set "branchHistory": {"records": N} in launch.json and start again.',
  );
export const badArgument = (name: string, what: string, value: unknown) =>
  user(
    'bad-request',
    value === undefined
      ? `The argument "${name}" is missing: it must be ${what}.`
      : `The argument ${name === '' ? '' : `"${name}" `}is ${JSON.stringify(value)}: it must be ${what}.`,
  );
export const unknownArgument = (name: string) =>
  user('bad-request', `There is no argument "${name}". Remove it, or correct its name.`);
export const badPattern = (why: string) => user('bad-pattern', `The search text cannot be used: ${why}.`);
