import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RecordingDirectory } from '../../adapter/recorder/recording-directory';
import { RingProcess } from '../../src/ring/ring-process';
import { chainReport, historyOf } from './chain-report';
import { record } from './recorded-run';
import { scratchDirectory } from './scratch-directory';

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
      const files = new RecordingDirectory(run.directory);
      let longest = 0;
      for (const image of files.processes()) {
        const process = new RingProcess(files, image);
        const history = await historyOf(process, process.snapshot());
        for (const { index } of history.threads) {
          const { records, gaps, examples } = chainReport(history.chain(index));
          // Where a thread's record begins and where it ends, nothing else is unknown.
          const { start, 'older records dropped': dropped, 'not stopped': end, exec, ...unexplained } = gaps;
          expect(unexplained, examples.join('; ')).toEqual({});
          expect((start ?? 0) + (dropped ?? 0)).toBe(1);
          expect([end ?? 0, exec ?? 0]).toEqual(exec ? [0, 2] : [1, 0]); // exec: itself, and the end behind it
          longest = Math.max(longest, records);
        }
      }
      files.close();
      expect(longest).toBeGreaterThanOrEqual(RECORDS);
    });
  });
}
