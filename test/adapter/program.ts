import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

export const SOURCES = path.join(__dirname, 'programs');
const BUILT = path.join(__dirname, '../../dist/test/adapter-programs');

/** The path of a built test program. `useSessions` has built them. */
export function program(name: string): string {
  const file = path.join(BUILT, name);
  if (!existsSync(file)) throw new Error(`${file} is not built: make -C test/adapter/programs`);
  return file;
}

export function buildPrograms(): void {
  mkdirSync(BUILT, { recursive: true });
  // Test files run side by side: only one of them builds.
  execFileSync('flock', [path.join(BUILT, 'lock'), 'make', '-s', '-C', SOURCES], { stdio: 'inherit' });
}

export const source = (name: string): string => path.join(SOURCES, name);

/** The line (from 1) that a source marks with `BP:marker`. Lines move; markers stay. */
export function lineOf(file: string, marker: string): number {
  const lines = readFileSync(source(file), 'utf8').split('\n');
  const index = lines.findIndex((line) => new RegExp(`BP:${marker}\\b(?!-)`).test(line));
  if (index < 0) throw new Error(`no BP:${marker} in ${file}`);
  return index + 1;
}

/** The markers of a source by line (from 1). */
export function markersOf(file: string): ReadonlyMap<number, string> {
  const lines = readFileSync(source(file), 'utf8').split('\n');
  return new Map(
    lines.flatMap((line, index) => {
      const marker = /BP:([\w-]+)/.exec(line)?.[1];
      return marker === undefined ? [] : [[index + 1, marker] as const];
    }),
  );
}

/** Whether a program that needs a compiler which may be missing was built. */
export function hasProgram(name: string): boolean {
  buildPrograms();
  return existsSync(path.join(BUILT, name));
}
