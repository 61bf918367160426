import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const top = join(__dirname, '../..');

/** What the recorder's tests run: the tool, the oracle that judges it, and the programs. */
export function setup(): void {
  for (const folder of ['vgtool', 'test/oracle', 'test/programs']) {
    execFileSync('make', ['-s', '-C', join(top, folder)], { stdio: 'inherit', timeout: 300_000 });
  }
}
