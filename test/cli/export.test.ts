import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { compile, lineOf, scratchDirectory } from '../unit/compiled';
import { bts, jsonLines } from './bts';
import { SAMPLE } from './sample';

const directory = scratchDirectory();
const sample = compile(directory, 'sample.c', SAMPLE, 'sample', ['-g', '-O0']);
const file = join(directory, 'x.btrace');

beforeAll(async () => {
  expect((await bts(['record', '-o', file, sample])).status).toBe(3);
});

async function exported(to: string, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await bts(['export', file, '--to', to, ...args]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

test('perf script: a line a branch', async () => {
  const lines = (await exported('perf-script')).split('\n').filter((line) => line.includes('branches:u:'));
  const records = jsonLines<{ kind?: string; event?: string }>(
    await bts(['show', file, '--format', 'jsonl']),
  );
  // The start of the record has a line too.
  expect(lines).toHaveLength(records.filter(({ kind }) => kind !== undefined).length + 1);
  expect(
    lines.filter((line) =>
      /call +[0-9a-f]+ main\+0x[0-9a-f]+ \(.*\/sample\) => +[0-9a-f]+ sum\+0x0 /.test(line),
    ),
  ).toHaveLength(1);
});

test('trace events: the calls of main are in it', async () => {
  interface Event {
    ph: string;
    name?: string;
    ts: number;
  }
  const { traceEvents } = JSON.parse(await exported('trace-event')) as { traceEvents: Event[] };
  const open: string[] = [];
  const paths = new Set<string>();
  let last = 0;
  for (const { ph, name, ts } of traceEvents) {
    if (ph === 'M') continue;
    expect(ts).toBeGreaterThanOrEqual(last);
    last = ts;
    if (ph === 'B') open.push(name!);
    if (ph === 'E') expect(open.pop()).toBeDefined();
    paths.add(open.join(' '));
  }
  expect(open).toEqual([]);
  expect([...paths].some((path) => path.endsWith('main sum'))).toBe(true);
  expect([...paths].some((path) => /main make .*malloc/.test(path))).toBe(true);
});

test('folded stacks: the instructions of main and below are counted', async () => {
  const lines = (await exported('folded')).trim().split('\n');
  for (const line of lines) expect(line).toMatch(/^sample;.*[^;] [1-9]\d*$/);
  const sum = lines.filter((line) => /;main;sum \d+$/.test(line));
  expect(sum).toHaveLength(1);
  const body = /<sum>:\n([\s\S]*?)\n\n/.exec(
    execFileSync('objdump', ['-d', sample], { encoding: 'utf8' }),
  )![1]!;
  const instructions = body.split('\n').length;
  // Six ahead of the loop, and the loop five times and its end.
  expect(Number(sum[0]!.split(' ').at(-1))).toBeGreaterThan(instructions + 4 * 8);
});

describe('lcov', () => {
  test('counts what ran', async () => {
    const text = await exported('lcov');
    const part = text
      .split('end_of_record\n')
      .find((record) => record.includes(`SF:${directory}/sample.c\n`))!;
    expect(part).toContain(`FN:${lineOf(SAMPLE, 'SUM')},sum\n`);
    expect(part).toContain('FNDA:1,sum\n');
    expect(part).toContain(`DA:${lineOf(SAMPLE, 'CRASH')},5\n`);
    expect(part).toContain(`DA:${lineOf(SAMPLE, 'LOOP')},6\n`);
    expect(part).toContain(`BRDA:${lineOf(SAMPLE, 'LOOP')},0,0,5\nBRDA:${lineOf(SAMPLE, 'LOOP')},0,1,1\n`);
  });

  const genhtml = ['/usr/bin/genhtml', '/usr/local/bin/genhtml'].find((path) => existsSync(path));
  test.skipIf(genhtml === undefined)('is read by genhtml', async () => {
    const own = (await exported('lcov'))
      .split('end_of_record\n')
      .find((part) => part.includes('/sample.c\n'))!;
    const info = join(directory, 'own.info');
    writeFileSync(info, `${own}end_of_record\n`);
    const output = join(directory, 'html');
    const said = execFileSync(genhtml!, ['--branch-coverage', '-o', output, info], { encoding: 'utf8' });
    expect(said).toMatch(/lines\.*: 100\.0% \(\d+ of \d+ lines\)/);
    expect(said).toMatch(/branches\.*: \d+\.\d% \(\d+ of \d+ branches\)/);
    const page = readFileSync(join(output, basename(directory), 'sample.c.gcov.html'), 'utf8');
    expect(page).toContain('s += n-&gt;value;');
  });
});

test('into a file', async () => {
  const output = join(directory, 'out.folded');
  expect(await exported('folded', '-o', output)).toBe('');
  expect(readFileSync(output, 'utf8')).toBe(await exported('folded'));
  expect(readdirSync(directory).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test.each([
  ['no format', [file], 2, /--to is missing/],
  ['an unknown format', [file, '--to', 'xml'], 2, /--to is one of perf-script/],
  [
    'a place that is not there',
    [file, '--to', 'folded', '-o', '/nowhere/x'],
    1,
    /could not be written to \/nowhere\/x/,
  ],
  ['a file that is not there', ['/nowhere/x', '--to', 'folded'], 1, /cannot be opened/],
])('%s', async (_, args, status, why) => {
  expect(await bts(['export', ...args])).toMatchObject({
    status,
    stdout: '',
    stderr: expect.stringMatching(why),
  });
});
