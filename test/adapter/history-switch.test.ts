import { describe, expect, test } from 'vitest';
import { allRows, texts } from './all-rows';
import { HistoryClient } from './history-client';
import { useSessions } from './session';

useSessions();

describe('switched while the program is debugged', () => {
  test('off and on again leave a gap that is seen, crossed and told', async () => {
    const client = await HistoryClient.stopped('history', {
      at: ['outer-first', 'main-print', 'main-qsort'],
    });
    expect(await client.request('bts/recorder', { action: 'off' })).toMatchObject({
      recorder: { recording: false },
    });
    await client.move('continue');
    expect(await client.request('bts/recorder', { action: 'on' })).toMatchObject({
      recorder: { recording: true },
    });
    await client.move('continue');
    const rows = await allRows(client);
    const gaps = rows.filter((row) => row.kind === 'event' && row.event === 'gap');
    expect(gaps[0]).toMatchObject({ reason: 'start' });
    expect(gaps.length).toBeGreaterThan(1);
    // Said once when it ended, and once where it goes on.
    for (const gap of gaps.slice(1)) expect(gap).toMatchObject({ reason: 'recording off' });
    expect(gaps.at(-1)).toMatchObject({ to: { function: expect.any(String) } });
    // What ran meanwhile is not there.
    await client.breakpoints('leaf', 'factorial');
    const places = [];
    let place = await client.move('reverseContinue');
    for (; place.stop.reason === 'breakpoint'; place = await client.move('reverseContinue'))
      places.push(place.at);
    expect(places).toEqual(Array(4).fill('factorial'));
    expect(place.stop.description).toContain('the history begins here (start)');
    // By line it is stopped at, then crossed.
    await client.goto({ thread: 0, to: 'end' });
    await client.breakpoints();
    const told: string[] = [];
    for (let i = 0; i < 100 && !told.at(-1)?.includes('begins here'); i++)
      told.push((await client.move('stepBack')).stop.description!);
    expect(
      told.filter((text) => text.includes('beside a gap (recording off); the next step crosses it')),
    ).toHaveLength(1);
    expect(told.filter((text) => text.includes('crossed a gap (recording off)'))).toHaveLength(1);
  });

  test('clear after a call by the debugger: the record begins where the program stands', async () => {
    const client = await HistoryClient.stopped('history', { at: ['outer-secret', 'main-print'] });
    expect(await client.dap.evaluate('middle(3)')).toBe('16');
    await client.request('bts/recorder', { action: 'clear' });
    await client.move('continue');
    const rows = await allRows(client);
    expect(texts(rows)).toEqual(['event gap', 'branch', 'tail']);
    expect(rows[0]).toMatchObject({ reason: 'start', to: { line: client.line('outer-secret') } });
  });

  test('clear drops all, and the cursor is live again', async () => {
    const client = await HistoryClient.stopped('history', { at: ['outer-secret', 'main-print'] });
    await client.move('stepBack');
    const { threads, cursor } = await client.request('bts/recorder', { action: 'clear' });
    expect(threads[0]!.records).toBeLessThan(2);
    expect(cursor?.live ?? true).toBe(true);
    expect(await client.dap.failing('stepBack', { threadId: 1 })).toContain('nothing has been recorded');
    expect(await client.dap.evaluate('secret')).toBe('1000');
    expect((await client.move('continue')).at).toBe('main-print');
    const rows = await allRows(client);
    expect(texts(rows)).toEqual(['event gap', 'branch', 'tail']);
    expect(rows[0]).toMatchObject({ reason: 'start', to: { line: client.line('outer-secret') } });
    const back = () => client.goto({ thread: 0, direction: 'back', by: 'into' }).then(({ at }) => at);
    expect([await back(), await back(), await back()]).toEqual([
      'outer-close',
      'outer-return',
      'outer-secret',
    ]);
  });
});

describe('processes', () => {
  test('fork: the parent goes on, the event is in its history, the child is not', async () => {
    const client = await HistoryClient.stopped('history_events', { args: ['fork'], at: ['forked-flush'] });
    const { threads } = await client.request('bts/state', {});
    expect(threads).toHaveLength(1);
    const { hits } = await client.request('bts/search', {
      thread: 0,
      direction: 'back',
      pattern: { text: 'fork' },
      count: 1000,
    });
    const events = hits.filter((row) => row.kind === 'event');
    expect(events.length).toBeLessThanOrEqual(1);
    const rows = await client.request('bts/rows', { thread: 0, fold: false, count: 2000 });
    expect(rows.rows.filter((row) => row.kind === 'event' && row.event === 'fork')).toMatchObject([
      { child: expect.any(Number) },
    ]);
    expect(await client.moves('stepBack', 4)).toEqual(['forked', 'wait', 'fork-if', 'fork']);
    expect(await client.moves('next', 3)).toEqual(['fork-if', 'wait', 'forked']);
    await client.breakpoints();
    await client.move('continue');
    expect(await client.dap.toExit()).toBe(0);
    expect(client.dap.text('stdout')).toContain('child 3\n');
  });

  test('exec: the session ends with the new program, and the history up to it is there', async () => {
    const client = await HistoryClient.stopped('history_events', { args: ['exec'], at: ['exec'] });
    expect((await client.move('stepBack')).at).toBe('before-exec');
    await client.move('continue');
    await client.dap.request('continue', { threadId: 1 });
    await client.dap.event('terminated');
    const { rows } = await client.request('bts/rows', { thread: 0, count: 20 });
    expect(rows.at(-1)).toMatchObject({ kind: 'event', event: 'exec' });
    await client.dap.untilText('stdout', 'mode none');
  });
});
