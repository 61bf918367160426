import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { IcedDecoder } from '../../adapter/decoder/iced-decoder';
import { RecordingDirectory } from '../../adapter/recorder/recording-directory';
import { RingProcess } from '../../src/ring/ring-process';
import { record } from './recorded-run';
import { checkChain } from './ring-chain';
import { scratchDirectory } from './scratch-directory';

const scratch = scratchDirectory();
const decoder = new IcedDecoder();

const TEXT = join(scratch, 'text');
writeFileSync(TEXT, Array.from({ length: 60_000 }, (_, i) => `line ${i} ${(i * i) % 977}\n`).join(''));
const SQL = `create table t(a integer primary key, b text);
with recursive r(i) as (select 1 union all select i+1 from r where i < 3000) insert into t select i, hex(i*7919) from r;
select count(*), max(x.b) from t x join t y on y.a = x.a % 97;`;
const PYTHON = 'd = {}\nfor i in range(20000): d["k%d" % (i % 500)] = i * 3 % 7\nprint(sum(d.values()))';

it.each<[string, string[], string]>([
  ['gzip', ['/usr/bin/gzip', '-c', TEXT], ''],
  ['sqlite3', ['/usr/bin/sqlite3', ':memory:'], SQL],
  ['python3', ['/usr/bin/python3', '-S', '-c', PYTHON], ''],
  ["gdb's start-up", ['/usr/bin/gdb', '-nx', '-batch', '-ex', 'print 1+1'], ''],
])('%s is recorded without a break', async (_, command, input) => {
  if (!existsSync(command[0]!)) {
    execFileSync('apt-get', ['install', '-y', command[0]!.split('/').at(-1)!], { stdio: 'ignore' });
  }
  const run = await record(command, { scratch, input, options: ['--vgdb=no', '--records=3000000'] });
  expect(run).toMatchObject({ status: 0 });
  const files = new RecordingDirectory(run.directory);
  let branches = 0;
  for (const name of files.processes()) {
    const process = new RingProcess(files, name);
    for (const source of process.snapshot().threads) {
      const report = checkChain(source, process.code, decoder);
      expect(report.breaks).toEqual([]);
      branches += report.branches;
    }
  }
  files.close();
  expect(branches).toBeGreaterThan(100_000);
});
