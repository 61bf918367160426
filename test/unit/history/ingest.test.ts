import { describe, expect, it } from 'vitest';
import { History } from '../../../src/history/history';
import type { ThreadHistory } from '../../../src/history/thread-history';
import { FakeProgram } from './fake-program';
import { type FakeRecord, type FakeThread, fakeSnapshot, immediate } from './fake-recorder';

function emptyHistory(records = 1_000_000): History {
  const program = new FakeProgram();
  return new History({ decoder: program, code: program, records });
}

/** Records 1 → 2, 2 → 3, …: each one different. */
function numbered(from: number, to: number): FakeRecord[] {
  return Array.from({ length: to - from }, (_, index) => ({ from: from + index, to: from + index + 1 }));
}

async function take(history: History, thread: FakeThread): Promise<ThreadHistory> {
  await history.ingest(fakeSnapshot(thread)).rest(immediate());
  return history.threads[0]!;
}

/** Every record as text, with its index. */
function content(history: History): string[] {
  const thread = history.threads[0]!;
  const lines: string[] = [];
  for (let record = thread.first as number; record < thread.end; record++) {
    const value = thread.value(record);
    const event = thread.event(record);
    const text = event === undefined ? `${history.edges.from[value]}` : event.kind;
    lines.push(`${record}:${text}`);
  }
  return lines;
}

describe('ingest', () => {
  it('puts the newest slice first and counts the older ones down', async () => {
    const history = emptyHistory();
    const ingest = history.ingest(fakeSnapshot({ records: numbered(0, 10), slice: 4, stopPc: 10 }));
    const thread = history.threads[0]!;
    ingest.tail(thread);
    expect(content(history)).toEqual(['0:6', '1:7', '2:8', '3:9']);
    expect(thread.beginning).toBe('older records not read yet');
    await ingest.rest(immediate());
    expect(content(history).slice(0, 3)).toEqual(['-6:0', '-5:1', '-4:2']);
    expect(thread.beginning).toBe('start');
    expect(thread.stopPc).toBe(10);
  });

  it('adds only what is new, and says what was lost', async () => {
    const history = emptyHistory();
    await take(history, { records: numbered(0, 3) });
    await take(history, { records: numbered(3, 6), slice: 2 });
    await take(history, { records: numbered(8, 10), discontinuous: true });
    expect(content(history)).toEqual(['0:0', '1:1', '2:2', '3:3', '4:4', '5:5', '6:lost', '7:8', '8:9']);
  });

  it.each([
    ['exact', 12],
    ['too low', 5],
    ['too high', 20],
  ])(
    'shows the tail before the middle when much is new, with an estimate that is %s',
    async (_, estimate) => {
      const history = emptyHistory();
      await take(history, { records: numbered(0, 5) });
      const ingest = history.ingest(fakeSnapshot({ records: numbered(5, 17), slice: 2, estimate }));
      ingest.tail(history.threads[0]!);
      const tail = content(history);
      expect(tail.map((line) => line.split(':')[1])).toEqual(['9', '10', '11', '12', '13', '14', '15', '16']);
      await ingest.rest(immediate());
      const whole = content(history);
      expect(whole.map((line) => line.split(':')[1])).toEqual(
        numbered(0, 17).map((r) => `${'from' in r && r.from}`),
      );
      expect(whole.slice(-8)).toEqual(tail);
      if (estimate === 12) expect(whole[0]).toBe('0:0');
    },
  );

  it.each([12, 5, 20])(
    'reports that it is done once, at the end, with an estimate of %i of 12',
    async (estimate) => {
      const history = emptyHistory();
      const parts: number[] = [];
      const ingest = history.ingest(fakeSnapshot({ records: numbered(0, 12), slice: 2, estimate }));
      await ingest.rest({ ...immediate(), progress: (part) => parts.push(part) });
      expect(parts.indexOf(1)).toBe(parts.length - 1);
      expect(parts).toEqual([...parts].sort((a, b) => a - b));
    },
  );

  it('keeps the newest records up to the limit', async () => {
    const history = emptyHistory(6);
    await take(history, { records: numbered(0, 10), slice: 4 });
    expect(content(history)).toEqual(['-2:4', '-1:5', '0:6', '1:7', '2:8', '3:9']);
    expect(history.threads[0]!.beginning).toBe('older records dropped');
    await take(history, { records: numbered(10, 12) });
    expect(content(history)).toEqual(['0:6', '1:7', '2:8', '3:9', '4:10', '5:11']);
  });

  it('marks the hole when older records are given up', async () => {
    const history = emptyHistory();
    await take(history, { records: numbered(0, 2) });
    const ingest = history.ingest(fakeSnapshot({ records: numbered(2, 12), slice: 2 }));
    ingest.tail(history.threads[0]!);
    ingest.cancel();
    const lines = content(history).map((line) => line.split(':')[1]);
    expect(lines).toEqual(['0', '1', 'lost', '4', '5', '6', '7', '8', '9', '10', '11']);
  });

  it('gives the same history however it is sliced', async () => {
    const records: FakeRecord[] = numbered(0, 40);
    records.splice(7, 0, { kind: 'fork', child: 2 });
    records.splice(30, 0, { kind: 'lost', count: 3 });
    const expected = emptyHistory(30);
    await take(expected, { records });
    for (let slice = 1; slice < 45; slice++) {
      for (const cut of [0, 1, 13, 31, 41]) {
        const history = emptyHistory(30);
        await take(history, { records: records.slice(0, cut), slice });
        await take(history, { records: records.slice(cut), slice });
        const bare = (of: History) => content(of).map((line) => line.split(':')[1]);
        expect(bare(history)).toEqual(bare(expected));
      }
    }
  });

  it('keeps the places of events when records are dropped and added', async () => {
    const history = emptyHistory(4);
    for (let round = 0; round < 50; round++) {
      await take(history, { records: [...numbered(round, round + 1), { kind: 'exit', status: round }] });
    }
    const thread = history.threads[0]!;
    expect(thread.event(thread.end - 1)).toEqual({ kind: 'exit', status: 49 });
    expect(thread.event(thread.end - 3)).toEqual({ kind: 'exit', status: 48 });
  });

  it('tells threads with the same id apart by their generation', async () => {
    const history = emptyHistory();
    await take(history, { records: numbered(0, 2), thread: { tid: 5 } });
    await take(history, { records: numbered(0, 1), thread: { tid: 5, generation: 1 } });
    expect(history.threads.map((thread) => thread.length)).toEqual([2, 1]);
    expect(history.find(5)?.thread.generation).toBe(1);
    expect(history.find(5, 0)?.thread.generation).toBe(0);
  });
});
