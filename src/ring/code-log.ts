import { checkHeader } from './check-header';
import { CodeBlocks } from './code-blocks';
import { ExitTable } from './exit-table';
import { Fields } from './fields';
import {
  CODE_BLOCK,
  CODE_CHANGED,
  CODE_ENTRY,
  CODE_EXIT,
  CODE_HEADER,
  CODE_MAP,
  CodeEntry,
  ExitCode,
  FIRST_EXIT,
  MAGIC,
} from './layout';
import { RingError } from './ring-error';
import type { RingFile } from './ring-file';
import { utf8 } from './utf8';

/** A file that was mapped executable, for as long as it was. */
export interface RingMapping {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** Of `start` in the file. */
  readonly offset: number;
  /** Rounded as `fs.Stats.ino` is: some file systems use all 64 bits. */
  readonly inode: number;
  /** The first epoch in which it lay there, and the one that ended it. */
  readonly since: number;
  until?: number;
}

const CHUNK = 1 << 20;
/** A change is noticed block by block, and a block's length has 16 bits. */
const LONGEST_CHANGE = 0xffff;

/**
 * The code log of a process, read as far as it is complete and further on the next call. For a forked process
 * the parent's, as far as it counts for the child, comes first: the child's ids and epochs continue it.
 */
export class CodeLog {
  readonly exits = new ExitTable();
  readonly blocks = new CodeBlocks();
  readonly mappings: RingMapping[] = [];
  /** Those that have not ended. */
  private readonly mapped = new Set<RingMapping>();
  private readonly read = new Map<RingFile, number>();

  /** Takes in what is complete: the first `bytes` bytes of the file. @throws RingError */
  extend(file: RingFile, bytes: number): void {
    let at = this.read.get(file) ?? this.begin(file);
    while (at < bytes) {
      const chunk = Fields.read(file, at, Math.min(CHUNK, bytes - at));
      let end = this.entries(chunk, at, at + chunk.bytes.length === bytes);
      // An entry longer than a chunk cannot be: the longest is a path or a block with all its exits.
      if (end === 0) end = this.entries(chunk, at, true);
      at += end;
      this.read.set(file, at);
    }
  }

  private begin(file: RingFile): number {
    const header = Fields.read(file, 0, CODE_HEADER.size);
    checkHeader(header, MAGIC.code);
    const firstId = header.u32(CODE_HEADER.firstId);
    if (firstId !== this.exits.length) {
      throw new RingError(
        'damaged',
        file.name,
        `continues ids from ${firstId}, which is not where they ended`,
      );
    }
    return CODE_HEADER.size;
  }

  /** Takes in the whole entries of a chunk and returns their length; a cut one is damage when it is the last. */
  private entries(chunk: Fields, at: number, isLast: boolean): number {
    const { length } = chunk.bytes;
    let offset = 0;
    while (offset + CODE_ENTRY.size <= length) {
      const bytes = chunk.u32(offset + CODE_ENTRY.bytes);
      if (bytes < CODE_ENTRY.size || bytes % 8 !== 0) {
        throw new RingError('damaged', chunk.file.name, `has an entry of ${bytes} bytes at ${at + offset}`);
      }
      if (offset + bytes > length) break;
      this.entry(chunk, offset, bytes, at);
      offset += bytes;
    }
    if (isLast && offset < length) {
      throw new RingError('damaged', chunk.file.name, `ends within an entry, at ${at + offset}`);
    }
    return offset;
  }

  private entry(chunk: Fields, offset: number, bytes: number, at: number): void {
    const type = chunk.u32(offset + CODE_ENTRY.type);
    switch (type) {
      case CodeEntry.block:
        this.block(chunk, offset, bytes, at);
        return;
      case CodeEntry.map:
        this.map(chunk, offset, bytes);
        return;
      case CodeEntry.unmap:
        this.unmap(chunk, offset);
        return;
      case CodeEntry.changed:
        this.changed(chunk, offset, at);
        return;
      default:
        throw new RingError(
          'damaged',
          chunk.file.name,
          `has an entry of unknown type ${type} at ${at + offset}`,
        );
    }
  }

  private block(chunk: Fields, offset: number, bytes: number, at: number): void {
    const length = chunk.u16(offset + CODE_BLOCK.length);
    const exits = chunk.u16(offset + CODE_BLOCK.exits);
    const code = offset + CODE_BLOCK.size;
    const table = code + ((length + 7) & ~7);
    if (table + exits * CODE_EXIT.size !== offset + bytes) {
      throw new RingError('damaged', chunk.file.name, `has a block of the wrong length at ${at + offset}`);
    }
    const start = chunk.u64(offset + CODE_BLOCK.address);
    this.blocks.add(start, chunk.bytes.subarray(code, code + length), chunk.u64(offset + CODE_BLOCK.epoch));
    const firstId = chunk.u32(offset + CODE_BLOCK.firstId);
    if (firstId < FIRST_EXIT || firstId > this.exits.length) {
      throw new RingError('damaged', chunk.file.name, `gives ids from ${firstId}, leaving some out`);
    }
    for (let i = 0; i < exits; i++) {
      const exit = table + i * CODE_EXIT.size;
      const kind = chunk.u32(exit + CODE_EXIT.kind);
      if (kind > ExitCode.redirect) {
        throw new RingError('damaged', chunk.file.name, `has an exit of unknown kind ${kind}`);
      }
      const { from, to } = CODE_EXIT;
      this.exits.set(firstId + i, chunk.address(exit + from), chunk.address(exit + to), kind);
    }
  }

  private changed(chunk: Fields, offset: number, at: number): void {
    const start = chunk.u64(offset + CODE_CHANGED.start);
    const end = chunk.u64(offset + CODE_CHANGED.end);
    if (end < start || end - start > LONGEST_CHANGE) {
      throw new RingError(
        'damaged',
        chunk.file.name,
        `has a change from ${start} to ${end} at ${at + offset}`,
      );
    }
    this.blocks.addChange(start, end, chunk.u64(offset + CODE_CHANGED.epoch));
  }

  private map(chunk: Fields, offset: number, bytes: number): void {
    const path = offset + CODE_MAP.size;
    const pathLength = chunk.u32(offset + CODE_MAP.pathLength);
    if (CODE_MAP.size + pathLength > bytes) {
      throw new RingError('damaged', chunk.file.name, 'has a path longer than its entry');
    }
    this.addMapping({
      path: utf8(chunk.bytes.subarray(path, path + pathLength)),
      start: chunk.u64(offset + CODE_MAP.start),
      end: chunk.u64(offset + CODE_MAP.end),
      offset: chunk.u64(offset + CODE_MAP.offset),
      inode: chunk.nearest(offset + CODE_MAP.inode),
      since: chunk.u64(offset + CODE_MAP.epoch),
    });
  }

  /** Ends what lies in [start, end); what sticks out of it goes on as mappings of their own. */
  private unmap(chunk: Fields, offset: number): void {
    const start = chunk.u64(offset + CODE_MAP.start);
    const end = chunk.u64(offset + CODE_MAP.end);
    const epoch = chunk.u64(offset + CODE_MAP.epoch);
    for (const mapping of [...this.mapped]) {
      if (mapping.end <= start || mapping.start >= end) continue;
      mapping.until = epoch;
      this.mapped.delete(mapping);
      if (mapping.start < start) this.addMapping(part(mapping, mapping.start, start, epoch));
      if (mapping.end > end) this.addMapping(part(mapping, end, mapping.end, epoch));
    }
  }

  private addMapping(mapping: RingMapping): void {
    this.mappings.push(mapping);
    this.mapped.add(mapping);
  }
}

function part(mapping: RingMapping, start: number, end: number, since: number): RingMapping {
  const { path, inode } = mapping;
  return { path, inode, start, end, offset: mapping.offset + start - mapping.start, since };
}
