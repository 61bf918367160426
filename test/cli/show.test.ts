import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { compile, lineOf, scratchDirectory, symbolsOf } from '../unit/compiled';
import { bts, jsonLines } from './bts';
import { SAMPLE } from './sample';

const directory = scratchDirectory();
const sample = compile(directory, 'sample.c', SAMPLE, 'sample', ['-g', '-O0']);
const symbols = symbolsOf(sample);
const file = join(directory, 'x.btrace');
const line = (marker: string): string => `sample.c:${lineOf(SAMPLE, marker)}`;

interface Line {
  readonly i: number;
  readonly tid: number;
  readonly kind?: string;
  readonly event?: string;
  readonly from?: string;
  readonly to?: string;
}

beforeAll(async () => {
  expect((await bts(['record', '-o', file, sample])).status).toBe(3);
});

async function show(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await bts(['show', file, ...args]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

async function lines(...args: string[]): Promise<Line[]> {
  return jsonLines<Line>({ status: 0, stdout: await show('--format', 'jsonl', ...args), stderr: '' });
}

async function bias(): Promise<number> {
  const modules = jsonLines<{ path: string; bias: string }>({
    status: 0,
    stdout: await show('--modules', '--format', 'jsonl'),
    stderr: '',
  });
  return Number(modules.find(({ path }) => path === sample)!.bias);
}

describe('jsonl', () => {
  test('has the fields of the format, numbered from 0', async () => {
    const all = await lines();
    expect(all.length).toBeGreaterThan(1000);
    all.forEach((entry, i) => {
      expect(entry.i).toBe(i);
      expect(Number.isInteger(entry.tid)).toBe(true);
      if (entry.event !== undefined) return;
      expect(Object.keys(entry)).toEqual(['i', 'tid', 'kind', 'from', 'to']);
      expect(['call', 'ret', 'jmp', 'jcc', 'other']).toContain(entry.kind);
      expect(entry.from).toMatch(/^0x[1-9a-f][0-9a-f]*$/);
      expect(entry.to).toMatch(/^0x[1-9a-f][0-9a-f]*$/);
    });
    expect(all[0]).toMatchObject({ event: 'gap', reason: 'start' });
    expect(all.at(-1)).toMatchObject({ event: 'exit' });
  });

  test('addresses are those of the program, by its load bias', async () => {
    const [all, base] = [await lines(), await bias()];
    const calls = all.filter(({ kind, to }) => kind === 'call' && Number(to) === base + symbols.get('sum')!);
    expect(calls).toHaveLength(1);
    const loop = all.filter(({ kind, from, to }) => {
      const inSum = (address: string): boolean =>
        Number(address) > base + symbols.get('sum')! && Number(address) < base + symbols.get('make')!;
      return kind === 'jcc' && inSum(from!) && inSum(to!);
    });
    expect(loop).toHaveLength(5);
  });

  test('the newest, one function, one thread', async () => {
    const all = await lines();
    expect(await lines('--last', '7')).toEqual(all.slice(-7));
    expect(await lines('--last', '0')).toEqual([]);
    expect(await lines('--thread', `${all[0]!.tid}`)).toEqual(all);
    const base = await bias();
    const inSum = all.filter(({ kind, from, to }) => {
      const [start, end] = [base + symbols.get('sum')!, base + symbols.get('make')!];
      const isIn = (address: string): boolean => Number(address) >= start && Number(address) < end;
      return kind !== undefined && (isIn(from!) || isIn(to!));
    });
    expect(await lines('--function', '^SUM$')).toEqual(inSum);
    expect(await lines('--function', '^sum$', '--last', '2')).toEqual(inSum.slice(-2));
  });
});

describe('text', () => {
  test('names functions and lines and folds loops', async () => {
    const text = await show('--function', '^sum$');
    expect(text).toMatch(new RegExp(`call +main ${line('CALL')} +→ sum ${line('SUM')}`));
    expect(text).toMatch(new RegExp(`jcc +sum ${line('LOOP')} +→ sum ${line('CRASH')}  × 5`));
    expect(text).toMatch(new RegExp(`ret +sum sample\\.c:\\d+ +→ main ${line('CALL')}`));
    expect(text).toMatch(/^recorded .* by valgrind \(user mode\), exit status 3: /m);
  });

  test('the newest rows', async () => {
    const rows = (await show('--last', '4')).trimEnd().split('\n').slice(4);
    expect(rows).toHaveLength(4);
    expect(rows[3]).toMatch(/exit/);
  });
});

test('modules: path, load bias and build-id', async () => {
  const text = await show('--modules');
  const row = text.split('\n').find((entry) => entry.startsWith(sample))!;
  const said = /Build ID: ([0-9a-f]+)/.exec(
    execFileSync('readelf', ['-n', sample], { encoding: 'utf8' }),
  )![1]!;
  const base = (await bias()).toString(16);
  expect(row.split(/ +/)).toEqual([sample, `0x${base}`, said]);
  expect(text).not.toContain('bts-amd64-linux');
});

test('a recording needs neither program nor source', async () => {
  const before = await show();
  for (const name of ['sample', 'sample.c'])
    renameSync(join(directory, name), join(directory, `away-${name}`));
  try {
    expect(await show()).toBe(before);
  } finally {
    for (const name of ['sample', 'sample.c'])
      renameSync(join(directory, `away-${name}`), join(directory, name));
  }
});

test.each(['show FILE --format jsonl', 'show FILE', 'export FILE --to perf-script'])(
  'a reader of %s that has enough is no error',
  (command) => {
    const main = join(__dirname, '../../dist/adapter/main.js');
    const args = command.replace('FILE', `"${file}"`);
    const { stdout, stderr } = runShell(
      `"${process.execPath}" "${main}" ${args} | head -n 2; echo "\${PIPESTATUS[0]}"`,
    );
    expect(stdout.trim().split('\n')).toHaveLength(3);
    expect(stdout.trim().split('\n')[2]).toBe('0');
    expect(stderr).toBe('');
  },
);

function runShell(command: string): { stdout: string; stderr: string } {
  const script = `{ ${command}; } 2>"${directory}/stderr"`;
  const stdout = execFileSync('bash', ['-c', script], { encoding: 'utf8', timeout: 60_000 });
  return { stdout, stderr: readFileSync(join(directory, 'stderr'), 'utf8') };
}

describe('bad input', () => {
  test.each([
    ['no file', [], 2, /FILE is missing/],
    ['two files', ['a', 'b'], 2, /unexpected operand 'b'/],
    ['an unknown format', ['a', '--format', 'xml'], 2, /--format is one of text, jsonl/],
    ['a number that is none', ['a', '--last', 'ten'], 2, /--last is a number/],
    ['a bad expression', ['a', '--function', '('], 2, /is not a regular expression/],
    ['options that exclude each other', ['a', '--modules', '--last', '1'], 2, /exclude each other/],
    ['a file that is not there', ['/nowhere/a.btrace'], 1, /cannot be opened: ENOENT/],
    ['another kind of file', [sample], 1, /does not begin as a \.btrace file/],
  ])('%s', async (_, args, status, why) => {
    const run = await bts(['show', ...args]);
    expect(run).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(why) });
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
  });

  test('a thread that is not there, with those that are', async () => {
    const run = await bts(['show', file, '--thread', '1']);
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/has no thread 1\. Its threads: \d+\./);
  });

  test('a file that is cut short', async () => {
    const cut = join(directory, 'cut.btrace');
    writeFileSync(cut, readFileSync(file).subarray(0, 10_000));
    expect(await bts(['show', cut])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/not copied or downloaded/),
    });
  });
});
