import type { Address } from '../address';
import type { CodeMissing, CodeSource } from '../code/code-source';
import type { CodeRange } from './btrace-format';

/** The code in a saved file: what was executed, and nothing else. */
export class SavedCode implements CodeSource {
  /** By generation, ascending by start; `reach` is the highest end up to and with a range. */
  private readonly generations = new Map<number, { ranges: CodeRange[]; reach: number[] }>();

  constructor(ranges: Iterable<CodeRange>) {
    for (const range of ranges) {
      const known = this.generations.get(range.generation);
      if (known) known.ranges.push(range);
      else this.generations.set(range.generation, { ranges: [range], reach: [] });
    }
    for (const { ranges, reach } of this.generations.values()) {
      ranges.sort((a, b) => a.start - b.start);
      let highest = Number.NEGATIVE_INFINITY;
      for (const { start, bytes } of ranges) {
        highest = Math.max(highest, start + bytes.length);
        reach.push(highest);
      }
    }
  }

  read(start: Address, length: number, generation: number): Uint8Array | CodeMissing {
    const saved = this.generations.get(generation);
    if (!saved) return 'unmapped';
    const { ranges, reach } = saved;
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ranges[middle]!.start <= start) low = middle + 1;
      else high = middle;
    }
    let missing: CodeMissing = 'unmapped';
    // Where two recordings of the same bytes disagreed they overlap, and the nearest that reaches here counts.
    for (let at = low - 1; at >= 0; at--) {
      const range = ranges[at]!;
      const offset = start - range.start;
      if (offset < range.bytes.length) return range.bytes.subarray(offset, offset + length);
      if (offset === 0 && range.missing) missing = range.missing;
      if (reach[at]! <= start && offset > 0) break;
    }
    return missing;
  }
}

/** Joins ranges that touch or overlap with the same bytes; the result is ascending within each generation. */
export function* joinCode(ranges: readonly CodeRange[]): Generator<CodeRange> {
  const sorted = ranges.toSorted((a, b) => a.generation - b.generation || a.start - b.start);
  let run: Run | undefined;
  for (const range of sorted) {
    if (!range.missing && run?.takes(range)) continue;
    if (run) yield run.range;
    run = undefined;
    if (range.missing) yield range;
    else run = new Run(range);
  }
  if (run) yield run.range;
}

/** Ranges being joined, the later ones starting no earlier. */
class Run {
  private bytes: Uint8Array;
  private length: number;

  constructor(private readonly first: CodeRange) {
    this.bytes = first.bytes.slice();
    this.length = first.bytes.length;
  }

  get range(): CodeRange {
    const { start, generation } = this.first;
    return { start, generation, bytes: this.bytes.slice(0, this.length) };
  }

  /** False, and unchanged, when the range lies apart or has other bytes. */
  takes({ start, generation, bytes }: CodeRange): boolean {
    const offset = start - this.first.start;
    if (generation !== this.first.generation || offset > this.length) return false;
    const shared = Math.min(this.length - offset, bytes.length);
    for (let at = 0; at < shared; at++) {
      if (this.bytes[offset + at] !== bytes[at]) return false;
    }
    const end = offset + bytes.length;
    if (end <= this.length) return true;
    if (end > this.bytes.length) {
      const larger = new Uint8Array(Math.max(end, this.bytes.length * 2));
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes.set(bytes, offset);
    this.length = end;
    return true;
  }
}
