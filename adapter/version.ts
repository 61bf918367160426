import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of this project, from its package.json: two folders up from dist/adapter, one from adapter (in tests). */
export const version: string = ['../..', '..']
  .map((up) => join(__dirname, up, 'package.json'))
  .map((file) => {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string };
    } catch {
      return undefined;
    }
  })
  .find((manifest) => manifest?.name === 'branch-history-debugger')!.version;
