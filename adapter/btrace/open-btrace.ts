import { readFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { inflateRaw, inflateRawSync } from 'node:zlib';
import {
  type ChunkType,
  decodeChunk,
  decodeHeader,
  HEADER_BYTES,
  type StoredChunk,
} from '../../src/btrace/btrace-container';
import { BtraceError } from '../../src/btrace/btrace-error';
import { type BtraceFile, type RecordChunk, savedSnapshot } from '../../src/btrace/btrace-file';
import {
  decodeCode,
  decodeEdges,
  decodeEnd,
  decodeMeta,
  decodeSymbols,
} from '../../src/btrace/btrace-format';
import { SavedCode } from '../../src/btrace/saved-code';
import { SavedSymbols } from '../../src/btrace/saved-symbols';
import { openFailed, unusableFile } from './errors';

const inflate = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflateRaw);

/**
 * Opens a saved history. The whole file is checked, so that nothing can fail later; the records stay compressed
 * in memory until they are ingested.
 *
 * @throws AdapterError (user): not readable, no such file format, newer, truncated, corrupt.
 */
export async function openBtrace(path: string): Promise<BtraceFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw openFailed(path, (error as Error).message);
  }
  try {
    return await decodeFile(bytes);
  } catch (error) {
    if (error instanceof BtraceError) throw unusableFile(path, error);
    throw error;
  }
}

async function decodeFile(bytes: Uint8Array): Promise<BtraceFile> {
  const chunks = await checkedChunks(bytes);
  const contents = async <T>(type: ChunkType, decode: (bytes: Uint8Array) => T): Promise<T[]> => {
    const decoded: T[] = [];
    for (const chunk of chunks) {
      if (chunk.type === type) decoded.push(decode(await inflated(chunk)));
    }
    return decoded;
  };
  const [meta] = await contents('META', decodeMeta);
  const [edges] = await contents('EDGE', decodeEdges);
  if (!meta || !edges) throw new BtraceError('corrupt', 'a part is missing');
  const { metadata, modules, threads } = meta;
  const records: RecordChunk[][] = threads.map(() => []);
  for (const chunk of chunks) {
    if (chunk.type === 'RECS') records[chunk.tag]?.push(() => inflatedNow(chunk));
  }
  return {
    metadata,
    modules,
    threads,
    snapshot: savedSnapshot(threads, edges, records),
    code: new SavedCode((await contents('CODE', decodeCode)).flat()),
    symbols: new SavedSymbols(await contents('SYMB', decodeSymbols)),
  };
}

async function checkedChunks(file: Uint8Array): Promise<StoredChunk[]> {
  decodeHeader(file);
  const chunks: StoredChunk[] = [];
  for (let at = HEADER_BYTES, turn = at; ; ) {
    const chunk = decodeChunk(file, at);
    at = chunk.end;
    if (chunk.type === 'END!') {
      if (decodeEnd(await inflated(chunk)) !== chunks.length) {
        throw new BtraceError('corrupt', 'a part is missing');
      }
      return chunks;
    }
    chunks.push(chunk);
    if (at - turn > 4_000_000) {
      await nextTurn();
      turn = at;
    }
  }
}

async function inflated({ stored, raw }: StoredChunk): Promise<Uint8Array> {
  const out = await inflate(stored, { maxOutputLength: Math.max(1, raw) }).catch(() => undefined);
  return sized(out, raw);
}

/** For records: they are at most 256 kB a chunk and wanted in the middle of a synchronous pass. */
function inflatedNow({ stored, raw }: StoredChunk): Uint8Array {
  return sized(inflateRawSync(stored, { maxOutputLength: Math.max(1, raw) }), raw);
}

function sized(bytes: Buffer | undefined, raw: number): Uint8Array {
  if (bytes?.length !== raw) throw new BtraceError('corrupt', 'a part does not inflate to its size');
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
