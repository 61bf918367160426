import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBtrace } from '../../adapter/btrace/open-btrace';
import { MAIN } from './dap-client';
import { branches, HistoryClient } from './history-client';
import { useSessions } from './session';

useSessions();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bts-history-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const bts = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
};

test('the file holds what the session shows, and opens without it', async () => {
  const client = await HistoryClient.stopped('history', { at: ['main-qsort'] });
  const { rows } = await client.request('bts/rows', { thread: 0, fold: false, count: 2000 });
  const [thread] = (await client.request('bts/state', {})).threads;
  await client.move('stepBack');
  const path = join(folder, 'history.btrace');
  const saved = await client.request('bts/save', { path });
  expect(saved).toEqual({ path, bytes: statSync(path).size });
  expect(readdirSync(folder)).toEqual(['history.btrace']);
  await client.dap.disconnect();
  const lines = bts('show', path, '--format', 'jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const listed = lines
    .filter((line) => line.kind)
    .map(({ kind, from, to, tid }) => ({ kind, from, to, tid }));
  expect(listed).toEqual(
    branches(rows).map(({ branch, from, to }) => ({
      kind: branch,
      from: from.address,
      to: to.address,
      tid: thread!.tid,
    })),
  );
  expect(lines.filter((line) => line.event).map(({ event }) => event)).toEqual(
    rows.flatMap((row) => (row.kind === 'event' ? [row.event] : [])),
  );
  const text = bts('show', path, '--last', '3');
  expect(text).toContain('factorial');
  expect(text).toContain(`history.c:${client.line('main-factorial')}`);
  const file = await openBtrace(path);
  expect(file.metadata).toMatchObject({
    recorder: 'valgrind',
    mode: 'user',
    records: 1_000_000,
    program: expect.stringContaining('history'),
  });
});

test('a file that is there is replaced; one that cannot be written leaves nothing', async () => {
  const client = await HistoryClient.stopped('history', { at: ['outer-secret'] });
  const path = join(folder, 'again.btrace');
  await client.request('bts/save', { path });
  const first = readFileSync(path);
  expect(await client.request('bts/save', { path })).toEqual({ path, bytes: statSync(path).size });
  // It says when it was saved.
  expect(readFileSync(path).equals(first)).toBe(false);
  for (const bad of [join(folder, 'missing', 'x.btrace'), folder])
    expect(await client.dap.failing('bts/save', { path: bad })).toMatch(
      /could not be saved to .*Choose another place/,
    );
  expect(readdirSync(folder)).toEqual(['again.btrace']);
  // The session is as it was.
  expect((await client.move('stepBack')).at).toBe('outer-loop');
});

test('every export is written, of all threads or one', async () => {
  const client = await HistoryClient.stopped('history', { at: ['main-qsort'] });
  const exported = async (to: 'perf-script' | 'trace-event' | 'lcov' | 'folded', more: object = {}) => {
    const path = join(folder, to);
    const body = await client.request('bts/export', { path, to, ...more });
    expect(body).toEqual({ path, bytes: statSync(path).size });
    return readFileSync(path, 'utf8');
  };
  expect(await exported('lcov')).toMatch(new RegExp(`^DA:${client.line('leaf')},8$`, 'm'));
  expect(await exported('folded')).toMatch(/^.*main;outer;middle;leaf \d+$/m);
  const events = JSON.parse(await exported('trace-event', { thread: 0 }));
  expect(JSON.stringify(events)).toContain('"factorial"');
  expect((await exported('perf-script')).split('\n').length).toBeGreaterThan(60);
  expect(await client.dap.failing('bts/export', { path: folder, to: 'lcov' })).toContain(
    'could not be written',
  );
});
