import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A directory of the file's tests, removed behind them. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'bts-recorder-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
