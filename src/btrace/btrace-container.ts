import { BtraceError } from './btrace-error';
import { view } from './bytes';
import { crc32 } from './crc32';

/**
 * The `.btrace` file: how parts stand in it. btrace-format.ts says what is in them; reader and writer
 * share these two files, so that they cannot drift apart.
 *
 * ```
 * file    = header chunk*            header  = MAGIC, version u32
 * chunk   = type, tag u32, stored u32, raw u32, crc u32, `stored` bytes
 * ```
 * A chunk's bytes are deflated (raw deflate) from `raw` bytes; crc is the CRC-32 of all that stands before
 * it in the chunk and of the stored bytes. All numbers are little-endian. Chunks come in this order, and END says that none is missing:
 *
 * - RECS, many: records of one thread, at most SLICE_RECORDS, each thread's newest first
 * - EDGE: the edges that the records name
 * - CODE, any number: bytes of code by generation
 * - SYMB: what is known of every instruction address in that code
 * - META: JSON: metadata, threads and modules
 * - END!: the number of chunks before it
 *
 * Bump this for a change that a reader of today would misread. Readers skip chunk types and ignore JSON keys
 * that they do not know, so additions that can be ignored need no bump.
 */
export const BTRACE_VERSION = 1;

export const HEADER_BYTES = 12;
export const CHUNK_HEADER_BYTES = 20;
// As PNG's: not text, and mangled visibly by anything that changes line ends.
const MAGIC = [0x89, 0x42, 0x54, 0x52, 0x0d, 0x0a, 0x1a, 0x0a];

export type ChunkType = 'RECS' | 'EDGE' | 'CODE' | 'SYMB' | 'META' | 'END!';

/** A part before it is compressed. */
export interface Chunk {
  readonly type: ChunkType;
  /** What the type makes of it. */
  readonly tag: number;
  readonly bytes: Uint8Array;
}

export function encodeHeader(): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint32(8, BTRACE_VERSION, true);
  return bytes;
}

export function decodeHeader(file: Uint8Array): void {
  if (!MAGIC.every((byte, at) => file[at] === byte)) {
    throw new BtraceError(
      file.length > 0 && file.length < 8 ? 'truncated' : 'not a btrace file',
      'it does not begin as a .btrace file',
    );
  }
  if (file.length < HEADER_BYTES) throw new BtraceError('truncated', 'it ends within its header');
  const version = view(file).getUint32(8, true);
  if (version > BTRACE_VERSION) {
    throw new BtraceError(
      'newer version',
      `it has format version ${version}, and this version reads up to ${BTRACE_VERSION}`,
    );
  }
}

export interface ChunkHeader {
  readonly type: ChunkType;
  readonly tag: number;
  /** Bytes when inflated. */
  readonly raw: number;
}

export interface StoredChunk extends ChunkHeader {
  /** As they are in the file, checked. */
  readonly stored: Uint8Array;
  /** Where the next chunk begins. */
  readonly end: number;
}

/** What stands in the file before the stored bytes. */
export function encodeChunkHeader({ type, tag, raw }: ChunkHeader, stored: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(CHUNK_HEADER_BYTES);
  for (let at = 0; at < 4; at++) bytes[at] = type.charCodeAt(at);
  const out = view(bytes);
  out.setUint32(4, tag, true);
  out.setUint32(8, stored.length, true);
  out.setUint32(12, raw, true);
  out.setUint32(16, crc32(stored, crc32(bytes.subarray(0, 16))), true);
  return bytes;
}

/** The chunk at `offset`. @throws BtraceError (truncated, corrupt), truncated also at the end of the file */
export function decodeChunk(file: Uint8Array, offset: number): StoredChunk {
  const start = offset + CHUNK_HEADER_BYTES;
  if (start > file.length) throw new BtraceError('truncated', 'its end mark is missing');
  const header = view(file.subarray(offset, start));
  const end = start + header.getUint32(8, true);
  if (end > file.length) throw new BtraceError('truncated', 'it ends within a part');
  const stored = file.subarray(start, end);
  if (crc32(stored, crc32(file.subarray(offset, offset + 16))) !== header.getUint32(16, true)) {
    throw new BtraceError('corrupt', `the checksum of the part at byte ${offset} is wrong`);
  }
  return {
    type: String.fromCharCode(...file.subarray(offset, offset + 4)) as ChunkType,
    tag: header.getUint32(4, true),
    raw: header.getUint32(12, true),
    stored,
    end,
  };
}
