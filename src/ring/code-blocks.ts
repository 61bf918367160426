import type { Address } from '../address';
import type { CodeMissing, CodeSource } from '../code/code-source';

const PAGE = 4096;
/** A change counts for blocks of the history that end in its region or the one behind. */
const REGION = 65_536;

/**
 * The code of a process as the tool translated it, by address and time.
 *
 * Time is counted in epochs (docs/ring.md); a *generation* of code at an address is the latest epoch, up to a
 * given one, in which code in the neighbourhood of the address was seen to change: 0 for nearly all code ever.
 * The neighbourhood is the 64 KiB region of the address and the one before it, because a block of the history
 * is looked up with the generation of its last instruction and has to find its first ones too.
 */
export class CodeBlocks implements CodeSource {
  // One row a logged block, in the order of the log, so epochs never fall. The code lies in `code`, in a row.
  private starts = new Float64Array(4096);
  private epochs = new Float64Array(4096);
  private codeEnds = new Uint32Array(4096);
  private rows = 0;
  private code = new Uint8Array(1 << 16);
  /** The first row of each (start, length) that begins in a page. */
  private readonly firstsOfPage = new Map<number, number[]>();
  /** All rows of those that were logged more than once, ascending, by the first: code may change thousands of times. */
  private readonly repeats = new Map<number, number[]>();
  /** Bytes of the longest block: one that covers an address begins less than this before it. */
  private longest = 0;
  /** Ascending epochs in which code of a region changed. */
  private readonly changesOfRegion = new Map<number, number[]>();
  // One row a change, in the order of the log.
  private readonly changeEpochs: number[] = [];
  private readonly changeStarts: number[] = [];
  private readonly changeEnds: number[] = [];

  add(start: number, code: Uint8Array, epoch: number): void {
    const row = this.rows++;
    if (row === this.starts.length) this.growRows();
    const at = this.codeStart(row);
    const end = at + code.length;
    if (end > this.code.length) this.code = copied(this.code, new Uint8Array(this.code.length * 2));
    this.code.set(code, at);
    this.starts[row] = start;
    this.epochs[row] = epoch;
    this.codeEnds[row] = end;
    this.longest = Math.max(this.longest, code.length);
    const page = Math.floor(start / PAGE);
    const firsts = this.firstsOfPage.get(page);
    if (!firsts) this.firstsOfPage.set(page, [row]);
    else this.addRow(firsts, row);
  }

  private addRow(firsts: number[], row: number): void {
    const start = this.starts[row]!;
    const length = this.codeLength(row);
    const first = firsts.find((known) => this.starts[known] === start && this.codeLength(known) === length);
    if (first === undefined) {
      firsts.push(row);
      return;
    }
    const rows = this.repeats.get(first);
    if (rows) rows.push(row);
    else this.repeats.set(first, [first, row]);
  }

  addChange(start: number, end: number, epoch: number): void {
    this.changeEpochs.push(epoch);
    this.changeStarts.push(start);
    this.changeEnds.push(end);
    for (let region = Math.floor(start / REGION); region * REGION < end; region++) {
      const epochs = this.changesOfRegion.get(region);
      if (epochs) epochs.push(epoch);
      else this.changesOfRegion.set(region, [epoch]);
    }
  }

  /** No code has ever been seen to change: every generation is 0. */
  get unchanged(): boolean {
    return this.changesOfRegion.size === 0;
  }

  /** Which region an address is in: within it, all code has the same generations. */
  regionOf(address: number): number {
    return Math.floor(address / REGION);
  }

  /** The regions, some of them repeatedly, whose code has not the same generation in both epochs. */
  *regionsThatDiffer(one: number, other: number): Generator<number> {
    const [low, high] = one < other ? [one, other] : [other, one];
    const to = countUpTo(this.changeEpochs, (epoch) => epoch <= high);
    for (let i = countUpTo(this.changeEpochs, (epoch) => epoch <= low); i < to; i++) {
      const behind = this.regionOf(this.changeEnds[i]! - 1) + 1;
      for (let region = this.regionOf(this.changeStarts[i]!); region <= behind; region++) yield region;
    }
  }

  /** The generation of the code at `address` in an epoch. */
  generation(address: number, epoch: number): number {
    if (this.unchanged) return 0;
    const region = this.regionOf(address);
    return Math.max(this.lastChange(region, epoch), this.lastChange(region - 1, epoch));
  }

  read(start: Address, length: number, generation: number): Uint8Array | CodeMissing {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const row = this.rowAt(start + done, generation);
      if (typeof row !== 'number') {
        if (done === 0) return row;
        break;
      }
      const from = this.codeStart(row) + start + done - this.starts[row]!;
      const to = Math.min(this.codeEnds[row]!, from + length - done);
      bytes.set(this.code.subarray(from, to), done);
      done += to - from;
    }
    return done === length ? bytes : bytes.subarray(0, done);
  }

  private codeStart(row: number): number {
    return row === 0 ? 0 : this.codeEnds[row - 1]!;
  }

  private codeLength(row: number): number {
    return this.codeEnds[row]! - this.codeStart(row);
  }

  private lastChange(region: number, epoch: number): number {
    const changes = this.changesOfRegion.get(region);
    return changes?.[countUpTo(changes, (change) => change <= epoch) - 1] ?? 0;
  }

  /** The newest row of the generation or before, of those with one start and length; undefined: all are later. */
  private newestOf(first: number, generation: number): number | undefined {
    if (this.epochs[first]! > generation) return undefined;
    const rows = this.repeats.get(first);
    return rows ? rows[countUpTo(rows, (row) => this.epochs[row]! <= generation) - 1] : first;
  }

  /**
   * The newest block over `address` of the generation or before. Failing that the first one after, which is
   * right as long as nothing around it changed in between: it was merely not translated before.
   */
  private rowAt(address: number, generation: number): number | CodeMissing {
    let newest = -1;
    let later: number | undefined;
    const first = Math.floor((address + 1 - this.longest) / PAGE);
    for (let page = Math.floor(address / PAGE); page >= first; page--) {
      for (const first of this.firstsOfPage.get(page) ?? []) {
        const offset = address - this.starts[first]!;
        if (offset < 0 || offset >= this.codeLength(first)) continue;
        const row = this.newestOf(first, generation);
        if (row !== undefined) newest = Math.max(newest, row);
        else if (later === undefined || first < later) later = first;
      }
    }
    if (newest >= 0) return newest;
    if (later === undefined) return 'unreadable';
    return this.generation(address, this.epochs[later]!) > generation ? 'changed' : later;
  }

  private growRows(): void {
    const capacity = this.starts.length * 2;
    this.starts = copied(this.starts, new Float64Array(capacity));
    this.epochs = copied(this.epochs, new Float64Array(capacity));
    this.codeEnds = copied(this.codeEnds, new Uint32Array(capacity));
  }
}

/** How many of them fulfil `early`, which the first ones do, up to some place, and no others. */
function countUpTo(values: readonly number[], early: (value: number) => boolean): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (early(values[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function copied<T extends Uint8Array | Uint32Array | Float64Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
