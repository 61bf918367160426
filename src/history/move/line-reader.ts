import type { Address } from '../../address';
import type { Location, SourceFrame, SymbolTable } from '../../symbols/symbol-table';
import { type Chain, NO_BLOCK } from '../chain';
import { located } from '../need-symbols';
import type { Position } from '../position';
import { isResolver } from '../resolver';
import type { Direction } from './move';

/** Records looked ahead for addresses whose symbols will be needed next. */
const AHEAD_RECORDS = 64;

/** A source line, and how many inline levels deep it was looked at. */
export interface LineKey {
  readonly level: number;
  readonly file: string | undefined;
  readonly line: number;
}

/** Source lines of positions. Throws NeedSymbols with the blocks that lie ahead. */
export class LineReader {
  constructor(
    private readonly chain: Chain,
    private readonly symbols: SymbolTable,
    private readonly direction: Direction,
  ) {}

  location(position: Position): Location | null {
    return located(this.symbols, this.chain.pc(position), () => this.ahead(position.record));
  }

  /**
   * The line at `position`, seen from `level` inline levels deep (1 is the real function, Infinity the innermost): code
   * inlined deeper belongs to the line it was inlined at. Undefined without line information, and in the resolver of
   * the dynamic linker.
   */
  line(position: Position, level: number): LineKey | undefined {
    const location = this.location(position);
    return location === null || isResolver(location) ? undefined : lineAt(location, level);
  }

  /** Inline levels at `position`; Infinity when nothing is known there. */
  level(position: Position): number {
    return this.location(position)?.frames.length ?? Number.POSITIVE_INFINITY;
  }

  private *ahead(record: number): Generator<Address> {
    const { blocks } = this.chain.history;
    const { thread } = this.chain;
    const step = this.direction === 'back' ? -1 : 1;
    for (let count = 0, at = record; count < AHEAD_RECORDS; count++, at += step) {
      if (at < thread.first || at > thread.end) return;
      const block = this.chain.block(at);
      if (block === NO_BLOCK) continue;
      for (let index = blocks.instructions(block) - 1; index >= 0; index--)
        yield blocks.address(block, index);
    }
  }
}

export function sameLine(a: LineKey, b: LineKey): boolean {
  return a.line === b.line && a.level === b.level && a.file === b.file;
}

function lineAt(location: Location, level: number): LineKey | undefined {
  const { frames } = location;
  const deepest = Math.min(level, frames.length);
  const frame: SourceFrame | undefined = frames[frames.length - deepest];
  if (frame?.line === undefined || frame.line <= 0) return undefined;
  return { level: deepest, file: frame.file, line: frame.line };
}
