import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openBtrace } from '../../../adapter/btrace/open-btrace';
import { saveBtrace } from '../../../adapter/btrace/save-btrace';
import { Cancelled } from '../../../src/history/pass';
import { scratchDirectory } from '../compiled';
import { at, historyOf, pass, type Recorded, recordsOf } from '../recorded';
import { chunksOf, locate, metadata, modules, RECORDS, sourceOf } from './fixture';

const directory = scratchDirectory();
let made = 0;
const newPath = (): string => join(directory, `${made++}.btrace`);

describe('what is saved is what is opened', () => {
  test('records, threads, modules and metadata', async () => {
    const path = newPath();
    const source = await sourceOf(RECORDS);
    await saveBtrace(path, source, pass);
    const opened = await openBtrace(path);
    expect(opened.metadata).toEqual(metadata);
    expect(opened.modules).toEqual(modules);
    const history = await historyOf(opened.snapshot, opened.code);
    expect(history.threads.map(({ thread }) => thread)).toEqual(
      source.history.threads.map(({ thread }) => thread),
    );
    expect(recordsOf(history, 0)).toEqual(
      RECORDS.map((record) => (Array.isArray(record) ? [record[0], record[1], record[2] ?? 0] : record)),
    );
    expect(recordsOf(history, 1)).toEqual([[0x401103, 0x401006, 0]]);
    expect(recordsOf(history, 2)).toEqual([]);
    expect(history.threads.map(({ stopPc }) => stopPc)).toEqual([0x401103, undefined, undefined]);
    expect(history.threads.map(({ beginning }) => beginning)).toEqual([
      'start',
      'older records dropped',
      'start',
    ]);
  });

  test('every block with its instructions, gap and symbols', async () => {
    const path = newPath();
    const source = await sourceOf(RECORDS);
    await saveBtrace(path, source, pass);
    const opened = await openBtrace(path);
    const history = await historyOf(opened.snapshot, opened.code);
    let instructions = 0;
    const gaps: string[] = [];
    for (const index of history.threads.keys()) {
      const before = source.history.chain(index);
      const after = history.chain(index);
      for (let record = before.thread.first as number; record <= before.thread.end; record++) {
        expect(after.gap(record)).toBe(before.gap(record));
        if (after.gap(record)) gaps.push(after.gap(record)!);
        expect(after.positions(record)).toBe(before.positions(record));
        for (let instruction = 0; instruction < before.positions(record); instruction++) {
          const pc = before.pc({ record: record as never, instruction });
          expect(after.pc({ record: record as never, instruction })).toBe(pc);
          expect(opened.symbols.lookup(pc)).toEqual(locate(pc));
          instructions++;
        }
      }
    }
    expect(instructions).toBeGreaterThan(20);
    expect(gaps).toContain('code unreadable');
    expect(gaps).toContain('code changed');
  });

  test('what is not in the file is unmapped and unknown', async () => {
    const path = newPath();
    await saveBtrace(path, await sourceOf(RECORDS), pass);
    const opened = await openBtrace(path);
    expect(opened.code.read(at(0x401000), 3, 0)).toEqual(Uint8Array.of(0x90, 0xe8, 0xfa));
    expect(opened.code.read(at(0x401100), 4, 1)).toEqual(Uint8Array.of(0x90, 0x90, 0xeb, 0xfc));
    expect(opened.code.read(at(0x300000), 4, 0)).toBe('unmapped');
    expect(opened.code.read(at(0x401000), 4, 5)).toBe('unmapped');
    expect(opened.symbols.lookup(at(0x300000))).toBeNull();
    expect(opened.symbols.lookup(at(0x401002))).toBeNull(); // in the middle of an instruction
  });

  test('the environment is not', async () => {
    const path = newPath();
    process.env['BTS_TEST_SECRET'] = 'hunter2-hunter2';
    const plain: string[] = [];
    await saveBtrace(path, await sourceOf(RECORDS), pass);
    for (const { stored } of chunksOf(readFileSync(path))) {
      plain.push(inflateRawSync(stored).toString('latin1'));
    }
    expect(plain.join('')).toContain('/bin/sample');
    expect(plain.join('')).not.toContain('hunter2');
    delete process.env['BTS_TEST_SECRET'];
  });

  test('many slices of records, with events that are numbered by slice', async () => {
    const records: Recorded[] = Array.from({ length: 200_000 }, (_, i): Recorded => {
      if (i % 1000 === 999) return { kind: 'signal', signal: i % 64, from: at(0x401000), to: at(0x401000) };
      return [0x401006, 0x401000 + (i % 977)];
    });
    const path = newPath();
    await saveBtrace(path, await sourceOf(records), pass);
    const opened = await openBtrace(path);
    const history = await historyOf(opened.snapshot, opened.code);
    expect(recordsOf(history, 0)).toEqual(
      records.map((record) => (Array.isArray(record) ? [record[0], record[1], 0] : record)),
    );
    expect(opened.threads[0]!.records).toBe(200_000);
    expect(readFileSync(path).length).toBeLessThan(200_000);
  });

  test('an opened file can be saved again, without loss', async () => {
    const [first, second] = [newPath(), newPath()];
    await saveBtrace(first, await sourceOf(RECORDS), pass);
    const opened = await openBtrace(first);
    const history = await historyOf(opened.snapshot, opened.code);
    const again = {
      history,
      code: opened.code,
      symboliser: opened.symbols,
      modules: opened.modules,
      metadata,
    };
    await saveBtrace(second, again, pass);
    expect(readFileSync(second).equals(readFileSync(first))).toBe(true);
  });
});

describe('saving never leaves half a file', () => {
  const left = (folder: string): string[] => readdirSync(folder).sort();

  test('when the place cannot be written', async () => {
    const folder = join(directory, 'taken');
    mkdirSync(join(folder, 'x.btrace'), { recursive: true });
    const source = await sourceOf(RECORDS);
    await expect(saveBtrace(join(folder, 'x.btrace'), source, pass)).rejects.toMatchObject({
      code: 'btrace-write',
      blame: 'user',
    });
    expect(left(folder)).toEqual(['x.btrace']);
    await expect(saveBtrace(join(directory, 'no/such/x.btrace'), source, pass)).rejects.toMatchObject({
      code: 'btrace-write',
    });
  });

  test('when it is cancelled or fails half-way, and the old file stays', async () => {
    const folder = join(directory, 'cancelled');
    mkdirSync(folder);
    const path = join(folder, 'x.btrace');
    writeFileSync(path, 'the old one');
    const source = await sourceOf(RECORDS);
    const cancellation = { cancelled: true };
    await expect(saveBtrace(path, source, { ...pass, cancellation })).rejects.toBeInstanceOf(Cancelled);
    const failing = {
      ...source.symboliser,
      lookup: () => null,
      resolve: () => Promise.reject(new Error('no')),
    };
    await expect(saveBtrace(path, { ...source, symboliser: failing }, pass)).rejects.toThrow('no');
    expect(left(folder)).toEqual(['x.btrace']);
    expect(readFileSync(path, 'utf8')).toBe('the old one');
    await saveBtrace(path, source, pass);
    expect(left(folder)).toEqual(['x.btrace']);
    expect(existsSync(path)).toBe(true);
  });
});
