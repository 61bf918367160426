import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openBtrace } from '../../../adapter/btrace/open-btrace';
import { saveBtrace } from '../../../adapter/btrace/save-btrace';
import { BTRACE_VERSION, type ChunkType, encodeChunkHeader } from '../../../src/btrace/btrace-container';
import { crc32 } from '../../../src/btrace/crc32';
import { scratchDirectory } from '../compiled';
import { pass } from '../recorded';
import { chunksOf, RECORDS, sourceOf } from './fixture';

const directory = scratchDirectory();
let made = 0;
const newPath = (): string => join(directory, `${made++}.btrace`);

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

test('the checksum is the one zlib computes', () => {
  for (const text of ['', 'a', 'branch history', '\u00ff'.repeat(1000)]) {
    const bytes = Buffer.from(text, 'latin1');
    expect(crc32(bytes)).toBe(zlibCrc32(bytes));
    expect(crc32(bytes.subarray(1), crc32(bytes.subarray(0, 1)))).toBe(zlibCrc32(bytes));
  }
});
