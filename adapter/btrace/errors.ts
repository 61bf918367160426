import type { BtraceError } from '../../src/btrace/btrace-error';
import { AdapterError } from '../errors';

export const saveFailed = (path: string, why: string) =>
  new AdapterError(
    'btrace-write',
    'user',
    `The history could not be saved to ${path}: ${why}. Nothing was left there. Choose another place, or make room.`,
  );

export const openFailed = (path: string, why: string) =>
  new AdapterError(
    'btrace-read',
    'user',
    `${path} cannot be opened: ${why}. Check the path and its permissions.`,
  );

export const unusableFile = (path: string, error: BtraceError) => {
  const next = {
    'not a btrace file': 'Name a file that "bts record" or the debugger has saved.',
    'newer version': 'Update the Branch History Debugger.',
    truncated: 'It was not copied or downloaded to its end: get it again, or record anew.',
    corrupt: 'It was damaged after it was written: get it again, or record anew.',
  }[error.reason];
  const code = `btrace-${error.reason.replaceAll(' ', '-')}`;
  return new AdapterError(code, 'user', `${path} is not a usable saved history: ${error.message}. ${next}`);
};
