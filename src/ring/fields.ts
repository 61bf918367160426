import { RingError } from './ring-error';
import type { RingFile } from './ring-file';

/** Reads little-endian fields of one piece of a file. */
export class Fields {
  private readonly view: DataView;

  private constructor(
    readonly file: RingFile,
    readonly bytes: Uint8Array,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
    return this.view.getUint16(offset, true);
  }

  u32(offset: number): number {
    return this.view.getUint32(offset, true);
  }

  /** A count or a user address. @throws RingError when it does not fit a double: nothing here is that large. */
  u64(offset: number): number {
    const value = this.high(offset) * 2 ** 32 + this.u32(offset);
    if (!Number.isSafeInteger(value)) {
      throw new RingError('damaged', this.file.name, `has a number beyond 2^53 at ${offset}`);
    }
    return value;
  }

  /** A code address: kernel-half ones come out negative; one that no double holds exactly as NaN. */
  address(offset: number): number {
    return exactAddress(this.u32(offset), this.high(offset));
  }

  private high(offset: number): number {
    return this.u32(offset + 4);
  }
}

/** The signed double of a 64-bit address in two halves, NaN when it cannot be exact. */
export function exactAddress(low: number, high: number): number {
  const value = (high | 0) * 2 ** 32 + low;
  return Number.isSafeInteger(value) ? value : Number.NaN;
}
