import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { afterAll } from 'vitest';
import type { Address } from '../../src/address';
import type { Module } from '../../src/modules/module';

/** A directory that is removed after the tests of the file. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'bts-test-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Compiles `source` (name.c or name.cpp) with the given flags to `output`, all in `directory`. */
export function compile(
  directory: string,
  name: string,
  source: string,
  output: string,
  flags: string[],
): string {
  const file = join(directory, name);
  writeFileSync(file, source);
  const compiler = extname(name) === '.cpp' ? 'g++' : 'gcc';
  execFileSync(compiler, [...flags, '-o', join(directory, output), name], { cwd: directory });
  return join(directory, output);
}

/** What `nm` says of a file: symbol to virtual address. */
export function symbolsOf(path: string): Map<string, number> {
  const symbols = new Map<string, number>();
  for (const line of execFileSync('nm', [path], { encoding: 'utf8' }).split('\n')) {
    const [value, , name] = line.trim().split(' ');
    if (name) symbols.set(name, Number.parseInt(value!, 16));
  }
  return symbols;
}

/** `path` as if it were mapped with its virtual address `lowest` at `start`. */
export function placed(path: string, start: number, lowest = 0, extra: Partial<Module> = {}): Module {
  return {
    path,
    start: start as Address,
    end: (start + 0x100000) as Address,
    bias: (start - lowest) as Address,
    mapped: true,
    ...extra,
  };
}

/** The 1-based line of `source` that holds `marker`. */
export function lineOf(source: string, marker: string): number {
  const index = source.split('\n').findIndex((line) => line.includes(marker));
  if (index < 0) throw new Error(`no line with ${marker}`);
  return index + 1;
}
