import { type FileHandle, open } from 'node:fs/promises';
import { type ElfNotes, readNotes } from './elf-notes';

/** The header, segments and notes of an ELF file; offsets and sizes in bytes, virtual addresses below 2^53. */
export interface ElfHeader extends ElfNotes {
  readonly bits: 32 | 64;
  /** e_machine: 62 is x86-64, 3 is i386, 183 is AArch64. */
  readonly machine: number;
  /** e_type: 1 is an object file, 2 a program at fixed addresses, 3 a shared object or PIE, 4 a core. */
  readonly type: number;
  readonly segments: readonly ElfSegment[];
}

export interface ElfFile extends ElfHeader {
  /** PT_INTERP: the dynamic linker; absent in static programs and most libraries. */
  readonly interpreter?: string;
  /** DT_NEEDED: names of the libraries it is linked with. */
  readonly needed: readonly string[];
  /** Empty when the section headers were stripped. */
  readonly sections: readonly ElfSection[];
}

export interface ElfSegment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly vaddr: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

export interface ElfSection {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

export const PT_LOAD = 1;
export const PF_X = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PT_NOTE = 4;
const DT_NEEDED = 1;
const DT_STRTAB = 5;

/** A part of the file is larger than any real one: the file is damaged. */
const MAX_PART = 16 * 1024 * 1024;

/** Reads bytes at an offset: fewer than asked at the end. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>;

/**
 * Reads a little-endian ELF file; of a 32-bit one only the machine and type. `undefined` when it is no such file
 * or its header is cut short; what else is missing or damaged is absent or empty in the answer.
 *
 * @throws the system's error when the file cannot be opened or read.
 */
export async function readElfFile(path: string): Promise<ElfFile | undefined> {
  const file = await open(path, 'r');
  try {
    return await readElf(readerOf(file));
  } finally {
    await file.close();
  }
}

/** Reads a file through its handle, for {@link readElfHeader} and others. */
export function readerOf(file: FileHandle): ReadAt {
  return async (offset, length) => {
    const buffer = Buffer.alloc(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(buffer, filled, length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  };
}

/** As {@link readElfFile}, from anything that can be read at an offset: an image in a process's memory, say. */
export async function readElfHeader(read: ReadAt): Promise<ElfHeader | undefined> {
  const header = await read(0, 64);
  if (header.length < 52 || header.readUInt32BE(0) !== 0x7f454c46 || header[5] !== 1) return undefined;
  const machine = header.readUInt16LE(18);
  const type = header.readUInt16LE(16);
  if (header[4] === 1) return { bits: 32, machine, type, segments: [] };
  if (header[4] !== 2 || header.length < 64) return undefined;

  const entrySize = header.readUInt16LE(54);
  const table = await readPart(read, word(header, 32), entrySize * header.readUInt16LE(56));
  const segments: ElfSegment[] = [];
  if (entrySize >= 56) {
    for (let at = 0; at + 56 <= table.length; at += entrySize) segments.push(segmentAt(table, at));
  }
  const notes: ElfNotes = {};
  for (const { type, offset, fileSize } of segments) {
    if (type === PT_NOTE) readNotes(await readPart(read, offset, fileSize), notes);
  }
  return { bits: 64, machine, type, segments, ...notes };
}

async function readElf(read: ReadAt): Promise<ElfFile | undefined> {
  const header = await readElfHeader(read);
  if (!header) return undefined;
  const contents = async (type: number): Promise<Buffer> => {
    const segment = header.segments.find((candidate) => candidate.type === type);
    return segment ? readPart(read, segment.offset, segment.fileSize) : Buffer.alloc(0);
  };
  const interpreter = cString(await contents(PT_INTERP), 0);
  return {
    ...header,
    ...(interpreter ? { interpreter } : {}),
    needed: await readNeeded(await contents(PT_DYNAMIC), header.segments, read),
    sections: header.bits === 64 ? await readSections(read) : [],
  };
}

async function readPart(read: ReadAt, offset: number, length: number): Promise<Buffer> {
  return length > 0 && length <= MAX_PART && Number.isSafeInteger(offset)
    ? read(offset, length)
    : Buffer.alloc(0);
}

const word = (buffer: Buffer, at: number): number => Number(buffer.readBigUInt64LE(at));

function segmentAt(table: Buffer, at: number): ElfSegment {
  return {
    type: table.readUInt32LE(at),
    flags: table.readUInt32LE(at + 4),
    offset: word(table, at + 8),
    vaddr: word(table, at + 16),
    fileSize: word(table, at + 32),
    memorySize: word(table, at + 40),
  };
}

async function readNeeded(dynamic: Buffer, segments: readonly ElfSegment[], read: ReadAt): Promise<string[]> {
  const names: number[] = [];
  let strings: number | undefined;
  for (let at = 0; at + 16 <= dynamic.length; at += 16) {
    const tag = word(dynamic, at);
    const value = word(dynamic, at + 8);
    if (tag === DT_NEEDED) names.push(value);
    if (tag === DT_STRTAB) strings = value;
    if (tag === 0) break;
  }
  if (strings === undefined) return [];
  const home = segments.find(
    (segment) =>
      segment.type === PT_LOAD && strings >= segment.vaddr && strings < segment.vaddr + segment.fileSize,
  );
  if (!home) return [];
  const start = home.offset + strings - home.vaddr;
  const needed: string[] = [];
  for (const name of names) {
    const text = cString(await readPart(read, start + name, 1024), 0);
    if (text) needed.push(text);
  }
  return needed;
}

async function readSections(read: ReadAt): Promise<ElfSection[]> {
  const header = await read(0, 64);
  const entrySize = header.readUInt16LE(58);
  const count = header.readUInt16LE(60);
  const namesIndex = header.readUInt16LE(62);
  if (entrySize < 64 || namesIndex >= count) return [];
  const table = await readPart(read, word(header, 40), entrySize * count);
  if (table.length < entrySize * count) return [];
  const namesAt = namesIndex * entrySize;
  const names = await readPart(read, word(table, namesAt + 24), word(table, namesAt + 32));
  const sections: ElfSection[] = [];
  for (let at = 0; at < table.length; at += entrySize) {
    const name = cString(names, table.readUInt32LE(at));
    if (name) sections.push({ name, offset: word(table, at + 24), size: word(table, at + 32) });
  }
  return sections;
}

function cString(buffer: Buffer, start: number): string {
  const end = buffer.indexOf(0, start);
  return end < 0 ? '' : buffer.toString('utf8', start, end);
}
