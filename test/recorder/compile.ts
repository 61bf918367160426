import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Compiles C into `directory` and returns the program's path. */
export function compile(
  directory: string,
  name: string,
  source: string,
  flags = ['-O1', '-pthread'],
): string {
  writeFileSync(join(directory, `${name}.c`), source);
  execFileSync('gcc', [...flags, '-o', name, `${name}.c`], { cwd: directory });
  return join(directory, name);
}
