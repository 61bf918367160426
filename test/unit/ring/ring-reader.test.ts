import { describe, expect, it } from 'vitest';
import type { Address } from '../../../src/address';
import { EdgeTable } from '../../../src/record/edge-table';
import { EVENT_BIT, SLICE_RECORDS } from '../../../src/record/record';
import { RingProcess, type RingThreadSource } from '../../../src/ring/ring-process';
import { WrittenRecording } from './written-recording';

/** All records of a source, oldest first, as text. */
function records(source: RingThreadSource, edges = new EdgeTable()): string[] {
  const slices: string[][] = [];
  for (const { values, events } of source.slices(edges)) {
    slices.unshift(
      Array.from(values, (value) => {
        if (value >= EVENT_BIT) {
          const { kind, ...rest } = events[value - EVENT_BIT]!;
          return `${kind} ${JSON.stringify(rest)}`;
        }
        const generation = edges.generation[value]!;
        return `${hex(edges.from[value]!)} ${hex(edges.to[value]!)}${generation ? ` gen ${generation}` : ''}`;
      }),
    );
  }
  return slices.flat();
}

const hex = (n: number) => n.toString(16);
const only = (process: RingProcess) => process.snapshot().threads[0]!;

describe('records', () => {
  it('are read back as they were written, whatever their lengths', () => {
    const recording = new WrittenRecording();
    const id = recording.block(0x1000, [0x74, 0, 0xc3], [{ from: 0x1000, to: 0x1002 }, { from: 0x1002 }]);
    const thread = recording.thread(4711);
    thread.event('gap', 1, 0x1000);
    thread.direct(id);
    thread.indirect(id + 1, 0x7fff_1234_5678);
    thread.indirect(id + 1, 0);
    thread.event('signal', 0x1001, 0x2000, 11);
    thread.event('sigreturn', 0x2005, 0x1001);
    thread.event('fork', 0x1001, 0, 99);
    thread.direct(id);
    thread.event('exec', 0x1001, 0);
    thread.event('exit', 0x1002, 0);
    const source = only(new RingProcess(recording.save(), recording.name));
    expect(records(source)).toEqual([
      'gap {"reason":"start","to":4096}',
      '1000 1002',
      '1002 7fff12345678',
      '1002 0',
      'signal {"signal":11,"from":4097,"to":8192}',
      'sigreturn {"from":8197,"to":4097}',
      'fork {"child":99}',
      '1000 1002',
      'exec {}',
      'exit {"from":4098}',
    ]);
    expect(source).toMatchObject({ discontinuous: false, stopPc: 0x1234, thread: { tid: 4711, pid: 4711 } });
  });

  it('of a gap that has not ended have no place where execution goes on', () => {
    const recording = new WrittenRecording();
    const thread = recording.thread(1);
    thread.event('gap', 2, 0);
    thread.event('gap', 2, 0x4000);
    thread.event('gap', 2, 0);
    thread.event('gap', 3, 0);
    expect(records(only(new RingProcess(recording.save(), recording.name)))).toEqual([
      // Switched off, and on again right behind.
      'gap {"reason":"recording off","to":16384}',
      'gap {"reason":"recording off"}',
      'lost {}',
    ]);
  });

  it('to an address no double holds become a gap instead of a rounded address', () => {
    const recording = new WrittenRecording();
    const id = recording.block(0x1000, [0xc3], [{ from: 0x1000 }]);
    const thread = recording.thread(1);
    thread.slots(0x41414141, 0x41414141, id);
    thread.indirect(id, -4096);
    expect(records(only(new RingProcess(recording.save(), recording.name)))).toEqual([
      'gap {"reason":"not decodable"}',
      '1000 -1000',
    ]);
  });

  it('come in slices of at most SLICE_RECORDS, newest first, cut nowhere in mid-record', () => {
    const recording = new WrittenRecording();
    const id = recording.block(0x1000, [0xc3, 0x74, 0], [{ from: 0x1000 }, { from: 0x1001, to: 0x1003 }]);
    const thread = recording.thread(1, 1 << 20);
    const expected: string[] = [];
    for (let i = 0; i < 200_000; i++) {
      if (i % 3 === 0) thread.indirect(id, 0x5000 + i);
      else thread.direct(id + 1);
      if (i % 50_000 === 7) thread.event('fork', 0, 0, i);
      expected.push(i % 3 === 0 ? `1000 ${hex(0x5000 + i)}` : '1001 1003');
      if (i % 50_000 === 7) expected.push(`fork {"child":${i}}`);
    }
    const source = only(new RingProcess(recording.save(), recording.name));
    const sizes = [...source.slices(new EdgeTable())].map(({ values }) => values.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(SLICE_RECORDS);
    expect(sizes.length).toBeGreaterThan(4);
    expect(records(source)).toEqual(expected);
    expect(source.estimate).toBeLessThanOrEqual(expected.length);
  });
});

describe('a full ring', () => {
  it('gives the newest records and says that there were older ones', () => {
    const recording = new WrittenRecording();
    const id = recording.block(0x1000, [0xc3], [{ from: 0x1000 }]);
    const thread = recording.thread(1, 1024);
    for (let i = 0; i < 5000; i++) thread.indirect(id, i);
    const source = only(new RingProcess(recording.save(), recording.name));
    expect(source.discontinuous).toBe(true);
    const got = records(source);
    expect(got.length).toBe(Math.floor((1024 - 8) / 3));
    expect(got).toEqual(Array.from(got, (_, i) => `1000 ${hex(5000 - got.length + i)}`));
  });
});

describe('a later snapshot', () => {
  it('holds only what is new', () => {
    const recording = new WrittenRecording();
    const id = recording.block(0x1000, [0xc3], [{ from: 0x1000 }]);
    const thread = recording.thread(1);
    thread.indirect(id, 1);
    const process = new RingProcess(recording.save(), recording.name);
    expect(records(only(process))).toEqual(['1000 1']);
    const other = recording.block(0x2000, [0x74, 2], [{ from: 0x2000, to: 0x2004 }]);
    thread.indirect(id, 2);
    thread.direct(other);
    recording.save();
    const source = only(process);
    expect(source.discontinuous).toBe(false);
    expect(records(source)).toEqual(['1000 2', '2000 2004']);
    expect(records(only(process))).toEqual([]);
  });

  it('says when the ring was faster, and when it was cleared', () => {
    const recording = new WrittenRecording();
    const id = recording.block(0x1000, [0xc3], [{ from: 0x1000 }]);
    const thread = recording.thread(1);
    thread.indirect(id, 1);
    const process = new RingProcess(recording.save(), recording.name);
    process.snapshot();
    for (let i = 0; i < 2000; i++) thread.indirect(id, i);
    recording.save();
    expect(only(process).discontinuous).toBe(true);
    thread.indirect(id, 3);
    thread.floor = thread.head;
    thread.floorIp = 0x77;
    recording.save();
    const source = only(process);
    expect(source.discontinuous).toBe(false);
    expect(records(source)).toEqual(['gap {"reason":"start","to":119}']);
    thread.indirect(id, 4);
    recording.save();
    expect(records(only(process))).toEqual(['1000 4']);
    expect(records(only(new RingProcess(recording.files, recording.name)))).toEqual([
      'gap {"reason":"start","to":119}',
      '1000 4',
    ]);
  });

  it('leaves out threads that had exited before, and knows reused thread ids apart', () => {
    const recording = new WrittenRecording();
    const first = recording.thread(5);
    first.exited = true;
    first.event('exit', 0x1000, 0);
    const process = new RingProcess(recording.save(), recording.name);
    const ended = only(process);
    expect(ended.stopPc).toBeUndefined();
    recording.thread(5);
    recording.save();
    expect(process.snapshot().threads.map(({ thread }) => thread.tid)).toEqual([5]);
  });
});

describe('the running thread', () => {
  it('has its head in the process page, and its stop pc from the debugger', () => {
    const recording = new WrittenRecording();
    const id = recording.block(0x1000, [0xc3], [{ from: 0x1000 }]);
    const thread = recording.thread(31);
    recording.save();
    thread.indirect(id, 7);
    const process = new RingProcess(recording.save('on', 1), recording.name);
    const source = process.snapshot().threads[0]!;
    expect(source.stopPc).toBeUndefined();
    expect(records(source)).toEqual(['1000 7']);
    const stopped = process.snapshot(new Map([[31, 0x4242 as Address]])).threads[0]!;
    expect(stopped.stopPc).toBe(0x4242);
  });
});

describe('a forked child', () => {
  it("continues the ids of its parent's code log", () => {
    const parent = new WrittenRecording(100);
    const id = parent.block(0x1000, [0xc3], [{ from: 0x1000 }]);
    parent.thread(100);
    parent.save();
    const child = new WrittenRecording(101, parent);
    const own = child.block(0x2000, [0x74, 2], [{ from: 0x2000, to: 0x2004 }]);
    const thread = child.thread(101);
    thread.indirect(id, 0x2000);
    thread.direct(own);
    const process = new RingProcess(child.save(), child.name);
    expect(records(only(process))).toEqual(['1000 2000', '2000 2004']);
    expect(process.code.read(0x1000 as Address, 1, 0)).toEqual(Uint8Array.of(0xc3));
    expect(process.page().forkedFrom).toMatchObject({ pid: 100, image: 0 });
  });
});

describe('the process page', () => {
  it('names the program', () => {
    const recording = new WrittenRecording();
    expect(new RingProcess(recording.save('noSpace'), recording.name).page()).toMatchObject({
      program: '/bin/wörk',
      state: 'noSpace',
    });
  });
});
