import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync, crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openBtrace } from '../../../adapter/btrace/open-btrace';
import { saveBtrace } from '../../../adapter/btrace/save-btrace';
import type { Address } from '../../../src/address';
import type { BtraceSource } from '../../../src/btrace/btrace-chunks';
import {
  BTRACE_VERSION,
  type ChunkType,
  decodeChunk,
  encodeChunkHeader,
  HEADER_BYTES,
  type StoredChunk,
} from '../../../src/btrace/btrace-container';
import type { BtraceMetadata, CodeRange } from '../../../src/btrace/btrace-format';
import { crc32 } from '../../../src/btrace/crc32';
import { joinCode, SavedCode } from '../../../src/btrace/saved-code';
import { Cancelled } from '../../../src/history/pass';
import type { Module } from '../../../src/modules/module';
import type { Location } from '../../../src/symbols/symbol-table';
import { scratchDirectory } from '../compiled';
import {
  at,
  FakeCode,
  FakeSymboliser,
  historyOf,
  pass,
  type Recorded,
  recordsOf,
  threadSource,
} from '../recorded';

const directory = scratchDirectory();
let made = 0;
const newPath = (): string => join(directory, `${made++}.btrace`);

const metadata: BtraceMetadata = {
  program: '/bin/sample',
  args: ['-x', 'ünïcode \u{1f600}', ''],
  recorder: 'valgrind',
  why: 'no hardware BTS here',
  mode: 'user',
  records: 1_000_000,
  startedAt: '2026-01-02T03:04:05.678Z',
  savedAt: '2026-01-02T03:05:00.000Z',
  toolVersion: '0.1.0',
  exitStatus: 3,
};
const modules: Module[] = [
  { path: '/bin/sample', buildId: 'abcd', start: at(0x401000), end: at(0x403000), bias: at(0), mapped: true },
  { path: '/lib/gone.so', start: at(0x7f0000), end: at(0x7f1000), bias: at(0x7f0000), mapped: false },
];

// main at 401000: nop; call 401100; jmp 401000.  f at 401100: nop; je +0; ret.  Another f came later.
const code = new FakeCode()
  .add(0x401000, '90 e8 fa000000 eb f8')
  .add(0x401100, '90 74 00 c3 90 90')
  .add(0x401100, '90 90 eb fc', 1)
  .add(0x402000, '90 0f05 c3')
  .addMissing(0x500000, 'unreadable');

const RECORDS: Recorded[] = [
  { kind: 'gap', reason: 'start', to: at(0x401000) },
  [0x401001, 0x401100],
  [0x401101, 0x401103],
  [0x401103, 0x401006],
  [0x401006, 0x401000],
  { kind: 'signal', signal: 11, from: at(0x401001), to: at(0x402000) },
  { kind: 'sigreturn', from: at(0x402001), to: at(0x401001) },
  { kind: 'fork', child: 77 },
  [0x401001, 0x401100],
  [0x401102, 0x401100, 1],
  [0x401100, 0x500000],
  [0x500010, -4096],
  { kind: 'debugger', action: 'jump', from: at(-4090), to: at(0x401000) },
  { kind: 'lost', count: 12, to: at(0x401000) },
  { kind: 'exec', path: '/bin/other', to: at(0x401000) },
  [0x401001, 0x401100],
];

function locate(address: Address): Location | null {
  if (address >= 0x500000 || address < 0) return null;
  const isF = address >= 0x401100 && address < 0x402000;
  const outer = { name: isF ? 'f' : 'main', file: '/src/sample.c', line: 10 + (address & 0xf) };
  return {
    frames: isF ? [{ name: 'inlined', file: '/src/inline.h', line: 3 }, outer] : [outer],
    ...(isF ? { functionStart: at(0x401100) } : {}),
    isStatement: (address & 1) === 0,
    ...(isF ? {} : { module: 'sample' }),
  };
}

async function sourceOf(
  records: readonly Recorded[],
  extra: Partial<Parameters<typeof threadSource>[2]> = {},
): Promise<BtraceSource> {
  const snapshot = {
    threads: [
      threadSource(7, records, { stopPc: at(0x401103), ...extra }),
      threadSource(8, [[0x401103, 0x401006]], { generation: 2, discontinuous: true }),
      threadSource(9, []),
    ],
  };
  const history = await historyOf(snapshot, code);
  return { history, code, symboliser: new FakeSymboliser(locate), modules, metadata };
}

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

function chunksOf(file: Buffer): (StoredChunk & { start: number })[] {
  const chunks: (StoredChunk & { start: number })[] = [];
  for (let start = HEADER_BYTES; start < file.length; ) {
    const chunk = decodeChunk(file, start);
    chunks.push({ ...chunk, start });
    start = chunk.end;
  }
  return chunks;
}

describe('bad files', () => {
  const good = (async () => {
    const path = newPath();
    await saveBtrace(path, await sourceOf(RECORDS), pass);
    return readFileSync(path);
  })();

  async function codeOf(bytes: Buffer): Promise<string> {
    const path = newPath();
    writeFileSync(path, bytes);
    return openBtrace(path).then(
      () => 'opened',
      (error: { code?: string; blame?: string; message: string }) => {
        expect(error.blame).toBe('user');
        expect(error.message).toContain(path);
        return error.code!;
      },
    );
  }

  test('truncated anywhere', async () => {
    const file = await good;
    for (let length = 1; length < file.length; length += 7) {
      expect([length, await codeOf(file.subarray(0, length))]).toEqual([length, 'btrace-truncated']);
    }
    for (const { start } of chunksOf(file)) {
      expect(await codeOf(file.subarray(0, start))).toBe('btrace-truncated');
    }
  });

  test('with any byte changed', async () => {
    const file = await good;
    for (let place = 0; place < file.length; place += 5) {
      const changed = Buffer.from(file);
      changed[place]! ^= 0x55;
      const code = await codeOf(changed);
      expect([place, code]).toEqual([
        place,
        expect.stringMatching(/^btrace-(corrupt|truncated|newer-version|not-a-btrace-file)$/),
      ]);
    }
  });

  test('a newer one, and what is none', async () => {
    const newer = Buffer.from(await good);
    newer.writeUInt32LE(BTRACE_VERSION + 1, 8);
    expect(await codeOf(newer)).toBe('btrace-newer-version');
    expect(await codeOf(Buffer.from('#!/bin/sh\necho this is no such file\n'))).toBe(
      'btrace-not-a-btrace-file',
    );
    expect(await codeOf(Buffer.alloc(0))).toBe('btrace-not-a-btrace-file');
    await expect(openBtrace(join(directory, 'nowhere'))).rejects.toMatchObject({ code: 'btrace-read' });
  });

  test('one with a part left out', async () => {
    const file = await good;
    for (const { start, end } of chunksOf(file)) {
      const shorter = Buffer.concat([file.subarray(0, start), file.subarray(end)]);
      expect(await codeOf(shorter)).toMatch(/^btrace-(corrupt|truncated)$/);
    }
  });

  test('a part of an unknown type is passed over', async () => {
    const file = await good;
    const chunks = chunksOf(file);
    const extra = deflateRawSync(Buffer.from('from the future'));
    const mark = deflateRawSync(Buffer.from(Uint32Array.of(chunks.length).buffer));
    const longer = Buffer.concat([
      file.subarray(0, chunks.at(-1)!.start),
      encodeChunkHeader({ type: 'NEWS' as ChunkType, tag: 1, raw: 15 }, extra),
      extra,
      encodeChunkHeader({ type: 'END!', tag: 0, raw: 4 }, mark),
      mark,
    ]);
    expect(await codeOf(longer)).toBe('opened');
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

describe('code', () => {
  const range = (start: number, hex: string, generation = 0): CodeRange => ({
    start: at(start),
    generation,
    bytes: Uint8Array.from(Buffer.from(hex, 'hex')),
  });
  /** `start+bytes`, `start!reason`. */
  const text = (ranges: Iterable<CodeRange>): string[] =>
    [...ranges].map(
      ({ start, bytes, generation, missing }) =>
        `${start}${missing ? `!${missing}` : `+${Buffer.from(bytes).toString('hex')}`}${generation ? `@${generation}` : ''}`,
    );

  test('that touches or overlaps is joined, within its generation', () => {
    const ranges = [
      range(10, '0a0b'),
      range(12, '0c'),
      range(11, '0b0c'),
      range(20, '14'),
      range(13, 'ff', 1),
    ];
    expect(text(joinCode(ranges))).toEqual(['10+0a0b0c', '20+14', '13+ff@1']);
  });

  test('that disagrees is not, and each is found', () => {
    const ranges = [
      range(10, '0a0b0c'),
      range(11, 'ff0c0d'),
      { ...range(30, ''), missing: 'kernel' as const },
    ];
    expect(text(joinCode(ranges))).toEqual(['10+0a0b0c', '11+ff0c0d', '30!kernel']);
    const saved = new SavedCode(joinCode(ranges));
    expect(saved.read(at(10), 9, 0)).toEqual(Uint8Array.of(10, 11, 12));
    expect(saved.read(at(11), 2, 0)).toEqual(Uint8Array.of(0xff, 12));
    expect(saved.read(at(30), 1, 0)).toBe('kernel');
    expect(saved.read(at(14), 1, 0)).toBe('unmapped');
  });

  test('inside of another range is found behind a shorter one', () => {
    const saved = new SavedCode([range(10, '0a0b0c0d'), range(11, 'ff')]);
    expect(saved.read(at(12), 2, 0)).toEqual(Uint8Array.of(12, 13));
  });

  test('of ten thousand neighbours is joined to one', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => range(1000 + i * 2, '9090'));
    const [joined, ...others] = joinCode(many);
    expect(joined!.bytes.length).toBe(20_000);
    expect(others).toEqual([]);
  });
});

test('the checksum is the one zlib computes', () => {
  for (const text of ['', 'a', 'branch history', '\u00ff'.repeat(1000)]) {
    const bytes = Buffer.from(text, 'latin1');
    expect(crc32(bytes)).toBe(zlibCrc32(bytes));
    expect(crc32(bytes.subarray(1), crc32(bytes.subarray(0, 1)))).toBe(zlibCrc32(bytes));
  }
});
