import { accessSync, constants, statSync } from 'node:fs';
import * as path from 'node:path';

/** The absolute path of a command as execvp(3) would find it, or undefined. A name with a slash is taken as it is. */
export function findExecutable(
  name: string,
  searchPath = process.env['PATH'] ?? '/usr/bin:/bin',
): string | undefined {
  const candidates = name.includes('/')
    ? [path.resolve(name)]
    : searchPath.split(':').map((directory) => path.join(directory || '.', name));
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}
