import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { record } from './recorded-run';
import { scratchDirectory } from './scratch-directory';
import { expectUnbroken } from './unbroken';

const scratch = scratchDirectory();
const RECORDS = 1_000_000;

const text = join(scratch, 'text');
writeFileSync(text, Array.from({ length: 40_000 }, (_, i) => `line ${i} ${(i * i) % 977}\n`).join(''));
const sql = `with recursive r(i) as (select 1 union all select i + 1 from r where i < 4000)
  select count(distinct hex(i * 7919) || i % 13) from r order by 1;`;
const script = 'import json\nprint(len(json.dumps([{str(i): [i] * 3} for i in range(2000)], indent=1)))';

/** Commands by path: a version manager's wrapper in PATH is not the program. */
const commands: { readonly name: string; readonly command: readonly string[]; readonly input?: string }[] = [
  { name: 'gzip', command: ['/usr/bin/gzip', '-c', text] },
  { name: 'sqlite3', command: ['/usr/bin/sqlite3', ':memory:'], input: sql },
  { name: 'python3', command: ['/usr/bin/python3', '-c', script] },
  { name: "gdb's start-up", command: ['/usr/bin/gdb', '-nx', '-q', '-batch'] },
];

for (const { name, command, input = '' } of commands) {
  describe.skipIf(!existsSync(command[0]!))(name, () => {
    it('hangs together over the whole ring', async () => {
      const run = await record(command, { scratch, input, options: ['--vgdb=no', `--records=${RECORDS}`] });
      expect(run).toMatchObject({ status: 0 });
      const reports = await expectUnbroken(run.directory);
      expect(Math.max(...reports.map(({ records }) => records))).toBeGreaterThanOrEqual(RECORDS);
    });
  });
}
