import type { SymbolTable } from '../../symbols/symbol-table';
import type { Chain } from '../chain';
import type { Position } from '../position';
import { FrameWalk } from './frame-walk';
import { type Direction, type Move, moved, toGap, toLimit } from './move';

/** One instruction, over whatever was called: GDB's nexti and reverse-nexti. Throws NeedSymbols and Busy. */
export function overInstruction(
  chain: Chain,
  symbols: SymbolTable,
  from: Position,
  direction: Direction,
): Move {
  const walk = new FrameWalk(chain, symbols, from.record);
  const step = direction === 'back' ? walk.previous(from) : walk.next(from);
  if ('limit' in step) return toLimit(chain, direction, from);
  if ('gap' in step) return toGap(chain, direction, from, step.beside ?? from, step.gap);
  return moved(step.position);
}
