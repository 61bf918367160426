import { describe, expect, test } from 'vitest';
import type { BranchRowBody } from '../../src/protocol/history';
import { branches, HistoryClient } from './history-client';
import { useSessions } from './session';

useSessions();

/** Four turns of outer, of six branches each and the loop's own; stopped behind them. */
const stopped = () => HistoryClient.stopped('history', { at: ['outer-secret'] });

const short = ({ branch, from, to }: BranchRowBody) =>
  `${branch} ${from.function}:${from.line} → ${to.function}:${to.line}`;

/** The one turn of the loop, by line. */
function turn(client: HistoryClient): string[] {
  const line = (marker: string) => client.line(marker);
  return [
    `jcc outer:${line('outer-loop')} → outer:${line('outer-call')}`,
    `call outer:${line('outer-call')} → middle:${line('middle-open')}`,
    `call middle:${line('middle-first')} → leaf:${line('leaf-open')}`,
    `ret leaf:${line('leaf-close')} → middle:${line('middle-first')}`,
    `call middle:${line('middle-second')} → leaf:${line('leaf-open')}`,
    `ret leaf:${line('leaf-close')} → middle:${line('middle-second')}`,
    `ret middle:${line('middle-close')} → outer:${line('outer-call')}`,
  ];
}

describe('bts/state', () => {
  test('recorder, threads and cursor; the cursor follows', async () => {
    const client = await stopped();
    const { recorder, threads, cursor } = await client.request('bts/state', {});
    expect(recorder).toMatchObject({
      recorder: 'valgrind',
      name: 'Valgrind',
      mode: 'user',
      recording: true,
      records: 1_000_000,
    });
    expect(recorder.why).toMatch(/runs under Valgrind\.$/);
    expect(threads).toMatchObject([
      { thread: 0, generation: 0, tid: expect.any(Number), beginning: 'start' },
    ]);
    const [{ records, first, end, tid, pid, stopPc }] = threads as [(typeof threads)[0]];
    expect(records).toBe(end - first);
    expect(tid).toBe(pid);
    const live = await client.place();
    expect(BigInt(stopPc!)).toBe(live.pc);
    expect(cursor).toMatchObject({
      thread: 0,
      record: end,
      branchesAgo: 0,
      live: true,
      place: { function: 'outer', line: client.line('outer-secret') },
    });
    await client.move('stepBack');
    expect(await client.cursor()).toMatchObject({
      live: false,
      place: { function: 'outer', line: client.line('outer-loop') },
    });
    expect((await client.request('bts/state', {})).loaded).toBe(1);
    expect(client.events()).toContain('bts/progress');
  });

  test('why Valgrind, when it is asked for by name', async () => {
    const client = await HistoryClient.stopped('history', {
      at: ['outer-secret'],
      branchHistory: { recorder: 'valgrind' },
    });
    expect((await client.request('bts/state', {})).recorder.why).toContain('launch.json asks for Valgrind');
  });
});

describe('bts/rows', () => {
  test('the branches, with function, file and line at both ends, and the tail', async () => {
    const client = await stopped();
    const { rows, older, newer, below, above } = await client.request('bts/rows', { thread: 0, fold: false });
    expect({ older, newer, below }).toEqual({ older: false, newer: false, below: 0 });
    expect(above ?? 0).toBe(0);
    const listed = branches(rows);
    // The last jl of the loop is not taken; the first turn is entered by a jump to the condition.
    expect(listed.slice(-7).map(short)).toEqual(turn(client));
    expect(listed.slice(-28).map(short)).toEqual(Array(4).fill(turn(client)).flat());
    expect(rows.at(-1)).toMatchObject({
      kind: 'tail',
      to: { function: 'outer', line: client.line('outer-secret') },
    });
    for (const { from, to } of listed.slice(-28)) {
      expect(from).toMatchObject({
        file: expect.stringMatching(/history\.c$/),
        module: 'history',
        address: expect.stringMatching(/^0x[0-9a-f]+$/),
      });
      expect(to.address).not.toBe(from.address);
    }
    const records = listed.map(({ record }) => record);
    expect(records).toEqual([...records].sort((a, b) => a - b));
  });

  test('repeats are folded, and opened again', async () => {
    const client = await stopped();
    const { rows } = await client.request('bts/rows', { thread: 0 });
    const loops = rows.flatMap((row) => (row.kind === 'loop' ? [row] : []));
    expect(loops).toHaveLength(1);
    const [loop] = loops as [(typeof loops)[0]];
    expect(loop).toMatchObject({ times: 4 });
    expect(loop.body.map(short)).toEqual(turn(client));
    expect(loop.last - loop.first).toBe(27);
    const open = await client.request('bts/rows', { thread: 0, expanded: [loop.last] });
    expect(open.rows.find((row) => row.kind === 'loop')).toMatchObject({ expanded: true, times: 4 });
    expect(branches(open.rows).length).toBe(branches(rows).length + 28);
  });

  test('pages fit together, from either end and around a record', async () => {
    const client = await stopped();
    const whole = branches((await client.request('bts/rows', { thread: 0, fold: false })).rows);
    const back: BranchRowBody[] = [];
    for (let before: number | undefined; ; ) {
      const anchor = before === undefined ? { at: 'end' as const } : { before };
      const page = await client.request('bts/rows', { thread: 0, fold: false, count: 5, anchor });
      back.unshift(...branches(page.rows));
      expect(branches(page.rows).length).toBeLessThanOrEqual(5);
      if (!page.older) break;
      before = branches(page.rows)[0]!.record;
    }
    expect(back).toEqual(whole);
    const first = await client.request('bts/rows', {
      thread: 0,
      fold: false,
      count: 5,
      anchor: { at: 'start' },
    });
    expect(first).toMatchObject({ older: false, newer: true });
    const after = await client.request('bts/rows', {
      thread: 0,
      fold: false,
      count: 5,
      anchor: { after: whole[3]!.record },
    });
    expect(branches(after.rows).map(({ record }) => record)).toEqual(
      whole.slice(4, 9).map(({ record }) => record),
    );
    const around = await client.request('bts/rows', {
      thread: 0,
      fold: false,
      count: 5,
      anchor: { around: whole[12]!.record },
    });
    expect(branches(around.rows).map(({ record }) => record)).toContain(whole[12]!.record);
  });

  test('filters: function, file, module, kind, text; all must match', async () => {
    const client = await HistoryClient.stopped('history', { at: ['main-done-flush'] });
    const filtered = async (filter: object) =>
      branches((await client.request('bts/rows', { thread: 0, fold: false, count: 2000, filter })).rows);
    const leaf = await filtered({ function: { text: 'LEAF' } });
    expect(leaf).toHaveLength(16);
    expect(await filtered({ function: { text: '^leaf$', regex: true }, kinds: ['ret'] })).toHaveLength(8);
    expect(await filtered({ function: { text: 'leaf' }, kinds: ['jmp'] })).toHaveLength(0);
    const own = await filtered({ file: { text: 'history.c' } });
    expect(own.length).toBeGreaterThan(60);
    const libc = await filtered({ module: { text: 'libc' } });
    for (const { from, to } of libc) expect(`${from.module} ${to.module}`).toContain('libc');
    const shown = await filtered({ hideLibraries: true });
    for (const { from, to } of shown) expect([from.module, to.module]).toContain('history');
    expect(shown.length).toBeLessThan((await filtered({})).length / 4);
    const text = await filtered({ text: { text: 'factorial' } });
    expect(new Set(text.flatMap(({ from, to }) => [from.function, to.function]))).toEqual(
      new Set(['main', 'factorial']),
    );
    expect(await filtered({ space: 'kernel' })).toHaveLength(0);
  });
});
