import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A program whose recording is measured. */
export interface Subject {
  readonly name: string;
  readonly command: readonly string[];
}

/** The top of the repository. */
export const top = join(__dirname, '../../..');

/**
 * The programs of the issue, their inputs made in `folder`: work for a second or so under Valgrind, so that its
 * start-up, which is the same for every tool, does not flatter the ratio.
 */
export function makeSubjects(folder: string): readonly Subject[] {
  const text = join(folder, 'text');
  const sql = join(folder, 'work.sql');
  const python = join(folder, 'work.py');
  writeFileSync(text, prose(4_000_000));
  writeFileSync(sql, queries(40_000));
  writeFileSync(python, pythonWork(250_000));
  return [
    { name: 'sieve', command: [sample('sieve'), '500000', '80'] },
    { name: 'fib', command: [sample('fib'), '37'] },
    { name: 'qsort', command: [sample('qsort'), '1000000'] },
    { name: 'gzip', command: [installed('gzip'), '-6', '-c', text] },
    { name: 'sqlite3', command: [installed('sqlite3'), ':memory:', `.read ${sql}`] },
    { name: 'python3', command: [installed('python3'), '-S', '-E', python] },
  ];
}

/** A program of test/programs/bench, built. */
export function sample(name: string): string {
  const programs = join(top, 'test/programs');
  const target = `../../dist/test/programs/bench/${name}`;
  const made = spawnSync('make', ['-s', '-C', programs, target], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`${name} does not build: ${made.error ?? made.stderr}`);
  return join(programs, target);
}

/** An absolute path, so that no wrapper of a version manager is measured. */
function installed(name: string): string {
  const path = `/usr/bin/${name}`;
  if (!existsSync(path)) throw new Error(`${path} is missing: npm run setup -- --for-tests`);
  return path;
}

/** Words in a pseudo-random order that is the same in each run: compresses about as English does. */
function prose(bytes: number): string {
  const words =
    'the branch record of a thread is read when program stops and shown beside its source line'.split(' ');
  const lines: string[] = [];
  let length = 0;
  let state = 12_345;
  while (length < bytes) {
    let line = '';
    for (let word = 0; word < 12; word++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      line += `${words[(state >> 8) % words.length]}${(state >> 16) % 7 === 0 ? state % 1000 : ''} `;
    }
    lines.push(line);
    length += line.length + 1;
  }
  return lines.join('\n');
}

function queries(rows: number): string {
  return `
create table t(a integer primary key, b integer, c text);
with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows}) insert into t select i, (i * 7919) % 10007, 'row ' || i from n;
create index tb on t(b);
select count(*), sum(length(c)) from t where b between 100 and 5000;
select b % 10, count(*), max(c) from t group by b % 10 order by 2 desc;
select count(*) from t x join t y on x.b = y.b + 1;
`;
}

function pythonWork(count: number): string {
  return `
words = {}
for i in range(${count}):
    key = 'k%d' % (i * 7919 % 1009)
    words[key] = words.get(key, 0) + len(key)
print(sum(sorted(words.values())[:100]), len([w for w in words if w.endswith('7')]))
`;
}
