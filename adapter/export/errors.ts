import { AdapterError } from '../errors';

export const exportFailed = (path: string, why: string) =>
  new AdapterError(
    'export-write',
    'user',
    `The export could not be written to ${path}: ${why}. Choose another place, or make room.`,
  );
