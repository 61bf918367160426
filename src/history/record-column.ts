const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;

/**
 * The values of one thread's records, four bytes each, indexed by RecordIndex. It grows at both ends (older
 * records arrive after newer ones) and keeps the newest `capacity`. An index never changes its record.
 */
export class RecordColumn {
  private chunks: Uint32Array[] = [];
  /** RecordIndex of `chunks[0][0]`. */
  private base: number;
  private low: number;
  private high: number;

  constructor(
    readonly capacity: number,
    origin = 0,
  ) {
    this.base = origin;
    this.low = origin;
    this.high = origin;
  }

  /** Oldest record kept; equal to {@link end} when there is none. */
  get first(): number {
    return this.low;
  }

  /** One past the newest record. */
  get end(): number {
    return this.high;
  }

  get length(): number {
    return this.high - this.low;
  }

  /** The value at `index`, which must lie in [first, end). */
  at(index: number): number {
    const offset = index - this.base;
    return this.chunks[offset >>> CHUNK_BITS]![offset & (CHUNK - 1)]!;
  }

  set(index: number, value: number): void {
    const offset = index - this.base;
    this.chunks[offset >>> CHUNK_BITS]![offset & (CHUNK - 1)] = value;
  }

  /** Adds records newer than all others. The caller drops what is too old: see {@link excess}. */
  append(values: Uint32Array): void {
    for (let done = 0; done < values.length; ) {
      const offset = this.high - this.base;
      const chunk = offset >>> CHUNK_BITS;
      if (chunk === this.chunks.length) this.chunks.push(new Uint32Array(CHUNK));
      const at = offset & (CHUNK - 1);
      const count = Math.min(CHUNK - at, values.length - done);
      this.chunks[chunk]!.set(values.subarray(done, done + count), at);
      done += count;
      this.high += count;
    }
  }

  /** Adds records older than all others, as many of the newest of them as there is room for; returns how many. */
  prepend(values: Uint32Array): number {
    const room = Math.min(values.length, this.capacity - this.length);
    if (room <= 0) return 0;
    for (let left = room, end = values.length; left > 0; ) {
      if (this.low === this.base) {
        this.chunks.unshift(new Uint32Array(CHUNK));
        this.base -= CHUNK;
      }
      const at = this.low - this.base;
      const count = Math.min(at, left);
      this.chunks[0]!.set(values.subarray(end - count, end), at - count);
      end -= count;
      left -= count;
      this.low -= count;
    }
    return room;
  }

  /** How many of the oldest records are too many. */
  get excess(): number {
    return Math.max(0, this.length - this.capacity);
  }

  /** Forgets the oldest `count` records and frees the chunks that held nothing else. */
  drop(count: number): void {
    this.low += count;
    while (this.low - this.base >= CHUNK && this.chunks.length > 0) {
      this.chunks.shift();
      this.base += CHUNK;
    }
  }

  /** The values of [from, to) in order, as views of at most a chunk. */
  *runs(from: number, to: number): Generator<{ readonly index: number; readonly values: Uint32Array }> {
    for (let index = from; index < to; ) {
      const offset = index - this.base;
      const at = offset & (CHUNK - 1);
      const count = Math.min(CHUNK - at, to - index);
      yield { index, values: this.chunks[offset >>> CHUNK_BITS]!.subarray(at, at + count) };
      index += count;
    }
  }
}
