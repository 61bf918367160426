import { cpuUsage } from 'node:process';
import { describe, expect, it } from 'vitest';
import type { Address } from '../../../src/address';
import { EdgeTable } from '../../../src/record/edge-table';
import { RingProcess } from '../../../src/ring/ring-process';
import { WrittenRecording } from './written-recording';

const at = (address: number) => address as Address;

describe('code', () => {
  it('is put together from the blocks that were translated', () => {
    const recording = new WrittenRecording();
    recording.block(0x1ffe, [1, 2, 3, 4], []);
    recording.block(0x2001, [4, 5], []);
    recording.thread(1);
    const process = new RingProcess(recording.save(), recording.name);
    process.snapshot();
    expect(process.code.read(at(0x1fff), 10, 0)).toEqual(Uint8Array.of(2, 3, 4, 5));
    expect(process.code.read(at(0x2003), 1, 0)).toBe('unreadable');
    expect(process.code.read(at(0x1ffd), 4, 0)).toBe('unreadable');
  });

  it('that changed is read as it was in each generation', () => {
    const recording = new WrittenRecording();
    const thread = recording.thread(1);
    const elsewhere = recording.block(0x90_0000, [0xc3], [{ from: 0x90_0000 }]);
    const old = recording.block(0x1000, [0x90, 0xc3], [{ from: 0x1001 }]);
    thread.indirect(old, 1);
    thread.indirect(elsewhere, 1);
    recording.changed(0x1000, 0x1002);
    const renewed = recording.block(0x1000, [0xcc, 0xc3], [{ from: 0x1001 }]);
    thread.catchUp();
    thread.indirect(renewed, 1);
    thread.indirect(elsewhere, 1);
    recording.changed(0x1000, 0x1002);
    // Changed back: logged again under the ids it had.
    recording.block(0x1000, [0x90, 0xc3], [{ from: 0x1001 }], old);
    thread.catchUp();
    thread.indirect(old, 1);
    const process = new RingProcess(recording.save(), recording.name);
    const edges = new EdgeTable();
    const [slice] = [...process.snapshot().threads[0]!.slices(edges)];
    const generations = Array.from(slice!.values, (edge) => edges.generation[edge]!);
    expect(generations).toEqual([0, 0, 1, 0, 2]);
    expect(slice!.epochs).toEqual([
      { index: 4, before: 1, after: 2 },
      { index: 2, before: 0, after: 1 },
    ]);
    const bytes = (generation: number) => process.code.read(at(0x1000), 2, generation);
    expect([0, 1, 2].map(bytes)).toEqual([
      Uint8Array.of(0x90, 0xc3),
      Uint8Array.of(0xcc, 0xc3),
      Uint8Array.of(0x90, 0xc3),
    ]);
  });

  it('first translated late is that of the generations before, unless it changed since', () => {
    const recording = new WrittenRecording();
    recording.thread(1);
    recording.changed(0x1000, 0x1001);
    recording.block(0x2000, [7], []);
    recording.changed(0x9_0000, 0x9_0001);
    recording.block(0x9_0000, [8], []);
    const process = new RingProcess(recording.save(), recording.name);
    process.snapshot();
    expect(process.code.read(at(0x2000), 1, 1)).toEqual(Uint8Array.of(7));
    expect(process.code.read(at(0x9_0000), 1, 1)).toBe('changed');
  });
});

describe('code that changes very often', () => {
  const PATCHES = 20_000;

  it('is read in time that grows with the changes and not with their square', () => {
    const recording = new WrittenRecording();
    const thread = recording.thread(1, 1 << 18);
    const far = Array.from({ length: 300 }, (_, i) =>
      recording.block(0x90_0000 + 16 * i, [0xc3], [{ from: 0x90_0000 + 16 * i, to: 0x1000 }]),
    );
    for (const id of far) thread.direct(id);
    let id: number | undefined;
    for (let patch = 0; patch < PATCHES; patch++) {
      recording.changed(0x1000, 0x1004);
      const code = [0xb8, patch & 0xff, patch >> 8, 0xc3];
      id = recording.block(0x1000, code, [{ from: 0x1003, to: 0x1000 }], id);
      recording.map(0x20_0000, 0x20_1000, 0, '/p');
      recording.unmap(0x20_0000, 0x20_1000);
      thread.catchUp();
      thread.direct(id);
      thread.direct(far[patch % far.length]!);
    }
    const files = recording.save();
    const begin = cpuUsage();
    const process = new RingProcess(files, recording.name);
    const edges = new EdgeTable();
    let branches = 0;
    for (const { values } of process.snapshot().threads[0]!.slices(edges)) {
      branches += values.length;
      for (const edge of values) {
        if (edges.from[edge] !== 0x1003) continue;
        const generation = edges.generation[edge]!;
        const patch = (generation - 1) / 3; // a patch begins three epochs
        const code = process.code.read(at(0x1000), 4, generation);
        if (code[1] !== (patch & 0xff) || code[2] !== patch >> 8)
          throw new Error(`generation ${generation}: ${code}`);
      }
    }
    expect(cpuUsage(begin).user).toBeLessThan(1_000_000); // µs
    expect(branches).toBe(300 + 2 * PATCHES);
    // Code elsewhere has but one generation.
    expect(edges.length).toBe(300 + PATCHES);
    expect(process.mappings).toHaveLength(PATCHES);
  });
});

describe('mappings', () => {
  it('begin and end with their epochs, also in part', () => {
    const recording = new WrittenRecording();
    recording.thread(1);
    recording.map(0x1000, 0x5000, 0x2000, '/lib/ü.so');
    recording.unmap(0x2000, 0x3000);
    const process = new RingProcess(recording.save(), recording.name);
    process.snapshot();
    const common = { path: '/lib/ü.so', inode: 77 };
    expect(process.mappings).toEqual([
      { ...common, start: 0x1000, end: 0x5000, offset: 0x2000, since: 1, until: 2 },
      { ...common, start: 0x1000, end: 0x2000, offset: 0x2000, since: 2 },
      { ...common, start: 0x3000, end: 0x5000, offset: 0x4000, since: 2 },
    ]);
  });

  it('have inodes of up to 64 bits, as fs.Stats rounds them', () => {
    const recording = new WrittenRecording();
    recording.thread(1);
    recording.map(0x1000, 0x5000, 0, '/huge', 0xfedc_ba98_7654_3211n);
    const process = new RingProcess(recording.save(), recording.name);
    process.snapshot();
    expect(process.mappings[0]!.inode).toBe(Number(0xfedc_ba98_7654_3211n));
  });
});
