import { BtraceError } from './btrace-error';

// Every JavaScript engine has these; the core's compiler settings know no engine.
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
declare class TextDecoder {
  constructor(label: string, options: { fatal: boolean });
  decode(bytes: Uint8Array): string;
}

export const utf8 = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** `length` bytes at `start`. @throws BtraceError (corrupt) where there are not so many */
export function part(bytes: Uint8Array, start: number, length: number): Uint8Array {
  if (start + length > bytes.length) throw new BtraceError('corrupt', 'a part is shorter than it says');
  return bytes.subarray(start, start + length);
}

interface Column<T> {
  new (buffer: ArrayBufferLike): T;
  readonly BYTES_PER_ELEMENT: number;
}

/** A copy of `count` little-endian numbers (as this machine's are) at `start`: in a file they need not be aligned. */
export function columnOf<T>(bytes: Uint8Array, start: number, count: number, type: Column<T>): T {
  return new type(new Uint8Array(part(bytes, start, count * type.BYTES_PER_ELEMENT)).buffer);
}

export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    throw new BtraceError('corrupt', 'a part that should be JSON is not');
  }
}
