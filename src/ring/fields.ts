import { RingError } from './ring-error';
import type { RingFile } from './ring-file';

/**
 * One piece of a file, for reading little-endian fields. All structures of a recording are aligned, so fields are
 * read through typed arrays, which is fast from the first call on; offsets are in bytes.
 */
export class Fields {
  readonly bytes: Uint8Array;
  private readonly words: Uint32Array;

  private constructor(
    readonly file: RingFile,
    bytes: Uint8Array,
  ) {
    const buffer = new ArrayBuffer((bytes.length + 7) & ~7);
    this.bytes = new Uint8Array(buffer, 0, bytes.length);
    this.bytes.set(bytes);
    this.words = new Uint32Array(buffer);
  }

  /** @throws RingError when the file ends before. */
  static read(file: RingFile, offset: number, length: number): Fields {
    const bytes = file.read(offset, length);
    if (bytes.length < length) {
      throw new RingError(
        'damaged',
        file.name,
        `ends after ${offset + bytes.length} bytes, within a structure`,
      );
    }
    return new Fields(file, bytes);
  }

  u16(offset: number): number {
    return (this.words[offset >> 2]! >>> ((offset & 2) * 8)) & 0xffff;
  }

  u32(offset: number): number {
    return this.words[offset >> 2]!;
  }

  /** A count or a user address. @throws RingError when it does not fit a double: nothing here is that large. */
  u64(offset: number): number {
    const word = offset >> 2;
    const high = this.words[word + 1]!;
    if (high >= 0x20_0000) {
      throw new RingError('damaged', this.file.name, `has a number beyond 2^53 at ${offset} of a structure`);
    }
    return high * 2 ** 32 + this.words[word]!;
  }

  /** A number that is only compared with others read alike, such as an inode: as the nearest double. */
  nearest(offset: number): number {
    const word = offset >> 2;
    return this.words[word + 1]! * 2 ** 32 + this.words[word]!;
  }

  /** A code address: kernel-half ones come out negative; one that no double holds exactly as NaN. */
  address(offset: number): number {
    const word = offset >> 2;
    return exactAddress(this.words[word]!, this.words[word + 1]!);
  }
}

/** The signed double of a 64-bit address in two halves, NaN when it cannot be exact. */
export function exactAddress(low: number, high: number): number {
  const value = (high | 0) * 2 ** 32 + low;
  return Number.isSafeInteger(value) ? value : Number.NaN;
}
