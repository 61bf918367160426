import type { Address } from '../../src/address';
import type { Location, SourceFrame } from '../../src/symbols/symbol-table';

/** The tables of one GDB symbol process, which grow with its answers (see symbol-server.py). */
export interface SymbolTables {
  readonly strings: string[];
  readonly stacks: (readonly number[])[];
}

/** Turns answers about one module into locations; addresses with the same answer share one object. */
export class SymbolStacks {
  private readonly locations = new Map<number, Location>();

  constructor(
    readonly tables: SymbolTables,
    /** What was added to addresses before they were asked about. */
    private readonly shift: number,
    private readonly moduleName: string,
  ) {}

  /** @param answer stack index * 2 + is_stmt, or -1 for nothing known */
  location(answer: number): Location | null {
    if (answer < 0) return null;
    let location = this.locations.get(answer);
    if (!location) {
      location = this.make(this.tables.stacks[answer >> 1]!, (answer & 1) === 1);
      this.locations.set(answer, location);
    }
    return location;
  }

  private make(stack: readonly number[], isStatement: boolean): Location {
    const { strings } = this.tables;
    const frames: SourceFrame[] = [];
    for (let at = 1; at < stack.length; at += 3) {
      const file = stack[at + 1]!;
      const line = stack[at + 2]!;
      frames.push({
        name: strings[stack[at]!]!,
        ...(file >= 0 ? { file: strings[file]! } : {}),
        ...(line > 0 ? { line } : {}),
      });
    }
    const start = stack[0]!;
    return {
      frames,
      ...(start >= 0 ? { functionStart: (start - this.shift) as Address } : {}),
      isStatement,
      module: this.moduleName,
    };
  }
}
