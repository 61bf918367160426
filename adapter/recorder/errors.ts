import { RingError, type RingProblem } from '../../src/ring/ring-error';
import { AdapterError } from '../errors';

const CODES: Record<RingProblem, string> = {
  newer: 'recording-newer',
  damaged: 'recording-damaged',
  missing: 'recording-missing',
  unreadable: 'recording-unreadable',
};

const NEXT: Record<RingProblem, string> = {
  newer: 'Use the version of Branch History Debugger that wrote it, or a later one.',
  damaged: 'Record again; if it happens again, please report it.',
  missing: 'Record again: the directory of a recording must stay until the session ends.',
  unreadable: "Check the file's owner and permissions.",
};

/** What to tell a person about a recording that cannot be read; any other error comes back as it is. */
export function recordingError(error: unknown): unknown {
  if (!(error instanceof RingError)) return error;
  return new AdapterError(
    CODES[error.problem],
    'user',
    `The branch recording cannot be read: ${error.message}. ${NEXT[error.problem]}`,
  );
}

export const toolNotBuilt = (version: string, why: string) =>
  new AdapterError(
    'valgrind-tool',
    'user',
    `The recorder's tool for Valgrind ${version} is not there and could not be built: ${why}. ` +
      'Install what it needs (apt install valgrind gcc make), or set "branchHistory": {"recorder": "off"}.',
  );
