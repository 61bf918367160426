import type { Instruction, Place } from './oracle';

/** Instructions of one line executed one after the other in one function, whatever it called in between. */
export interface Run {
  /** The first of them, as far as looked. */
  readonly first: number;
  /** The first one at which a statement begins. */
  readonly statement: number | undefined;
  /** Something had been called in front of `first`, and it was not to be passed over. */
  readonly called: boolean;
}

/** The lines of a function's own instructions, found in GDB's list of what was executed. */
export class OwnLines {
  constructor(
    private readonly trace: readonly Instruction[],
    /** Whether what was called comes in between. */
    private readonly into: boolean,
    /** Functions inlined more deeply than so many belong to the line where they were called. */
    private readonly level: number,
  ) {}

  /** The instruction executed before in the same call of the function; undefined at its beginning. */
  previous(number: number): number | undefined {
    const at = this.trace[number]!;
    for (let before = number - 1; before >= 0; before--) {
      const { frames, start } = this.trace[before]!;
      if (frames > at.frames) continue;
      const entered = at.pc === at.start && before === number - 1 && start !== at.start;
      return frames === at.frames && start === at.start && !entered ? before : undefined;
    }
    return undefined;
  }

  /** What entered the function: the call, or the jump of a tail call. */
  entry(number: number): number {
    for (let first = number; ; ) {
      const before = this.previous(first);
      if (before === undefined) return first - 1;
      first = before;
    }
  }

  /** Whether the line of `number` had begun before, behind the prologue. */
  isMidst(number: number): boolean {
    const before = this.previous(number);
    return before !== undefined && this.sameLine(before, number) && !this.isBody(number);
  }

  run(last: number): Run {
    let statement = this.trace[last]!.statement ? last : undefined;
    for (let first = last; ; ) {
      if (!this.isMidst(first)) return { first, statement, called: false };
      const before = this.previous(first)!;
      if (this.into && before !== first - 1) return { first, statement, called: true };
      first = before;
      if (this.trace[first]!.statement) statement = first;
    }
  }

  /**
   * Where the line executed before `number` begins, out of the function where that begins; undefined when something that
   * is not to be passed over, or has no source, comes first.
   */
  lineBefore(number: number): number | undefined {
    for (let at = number; at > 0; ) {
      const own = this.previous(at);
      if (this.into && own !== undefined && own !== at - 1) return undefined;
      const before = own ?? at - 1;
      if (this.line(before).line === 0) return undefined;
      const { first, statement, called } = this.run(before);
      if (called) return undefined;
      if (statement !== undefined && !this.isPrologue(first)) return statement;
      at = first;
    }
    return undefined;
  }

  private isPrologue(number: number): boolean {
    const { pc, start, body } = this.trace[number]!;
    return pc === start && body !== start;
  }

  private isBody(number: number): boolean {
    const { pc, body } = this.trace[number]!;
    return pc === body;
  }

  private sameLine(a: number, b: number): boolean {
    const [one, other] = [this.line(a), this.line(b)];
    return one.line === other.line && one.function === other.function && one.level === other.level;
  }

  private line(number: number): Place & { readonly level: number } {
    const { places } = this.trace[number]!;
    const level = Math.min(this.level, places.length - 1);
    return { ...places[places.length - 1 - level]!, level };
  }
}
