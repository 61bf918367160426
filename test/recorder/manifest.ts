import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** An entry of test/programs/manifest.json; test/programs/README.md says what the fields mean. */
export interface Program {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly end: { readonly exit: number } | { readonly signal: NodeJS.Signals };
  readonly own: readonly string[];
  readonly parts: number;
  readonly fromEntry: boolean;
  readonly needs?: readonly string[];
}

const BUILT = join(__dirname, '../../dist/test/programs');

export const programs: readonly Program[] = JSON.parse(
  readFileSync(join(__dirname, '../programs/manifest.json'), 'utf8'),
);

/** The path of a built test program, also of the samples (`bench/sieve`); a path stays what it is. */
export function programPath(name: string): string {
  return resolve(BUILT, name);
}
