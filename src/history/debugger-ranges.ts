/** Records of an inferior call: what ran after `call` up to and with `return` is not the program's own history. */
export interface DebuggerRange {
  readonly call: number;
  readonly return: number;
}

/** The finished inferior calls of a thread, in order; an outer one stands for those within it. */
export class DebuggerRanges {
  constructor(private readonly ranges: readonly DebuggerRange[]) {}

  get isEmpty(): boolean {
    return this.ranges.length === 0;
  }

  /** The one that `record` was recorded in. */
  containing(record: number): DebuggerRange | undefined {
    const { ranges } = this;
    if (ranges.length === 0) return undefined;
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ranges[middle]!.return < record) low = middle + 1;
      else high = middle;
    }
    const range = ranges[low];
    return range !== undefined && record > range.call ? range : undefined;
  }
}
