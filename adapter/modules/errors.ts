import { AdapterError } from '../errors';

export const notForValgrind = (path: string, what: string, next: string) =>
  new AdapterError(
    'program-not-for-valgrind',
    'user',
    `${path} ${what}. ${next}, or set the recorder to another than "valgrind" (or to "off").`,
  );
