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
export function joinCode(ranges: readonly CodeRange[]): CodeRange[] {
  const sorted = ranges.toSorted((a, b) => a.generation - b.generation || a.start - b.start);
  const joined: CodeRange[] = [];
  let open: CodeRange[] = [];
  let end = Number.NaN;
  const close = (): void => {
    if (open.length > 0) joined.push(joinRun(open, end));
    open = [];
  };
  for (const range of sorted) {
    const last = open[0];
    const touches = last && range.generation === last.generation && range.start <= end;
    if (range.missing || !touches || !agrees(open, range)) {
      close();
      if (range.missing) {
        joined.push(range);
        continue;
      }
      end = range.start;
    }
    open.push(range);
    end = Math.max(end, range.start + range.bytes.length);
  }
  close();
  return joined;
}

/** Whether the range has the same bytes as those of the run that it overlaps. */
function agrees(run: readonly CodeRange[], range: CodeRange): boolean {
  for (let at = run.length - 1; at >= 0; at--) {
    const other = run[at]!;
    const offset = range.start - other.start;
    const shared = Math.min(other.bytes.length - offset, range.bytes.length);
    for (let byte = 0; byte < shared; byte++) {
      if (other.bytes[offset + byte] !== range.bytes[byte]) return false;
    }
    // Earlier ones of the run were compared with this one when it was added.
    if (shared === range.bytes.length) return true;
  }
  return true;
}

function joinRun(run: readonly CodeRange[], end: number): CodeRange {
  const { start, generation } = run[0]!;
  const bytes = new Uint8Array(end - start);
  for (const range of run) bytes.set(range.bytes, range.start - start);
  return { start, generation, bytes };
}
