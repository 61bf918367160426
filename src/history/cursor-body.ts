import type { CursorBody } from '../protocol/history';
import type { SymbolTable } from '../symbols/symbol-table';
import type { Chain } from './chain';
import { placeOf } from './places';
import { comparePositions, type Position } from './position';

/** The cursor as the protocol tells it. Throws NeedSymbols. */
export function cursorBody(chain: Chain, symbols: SymbolTable, position: Position): CursorBody {
  const { thread } = chain;
  const last = chain.lastPosition();
  return {
    thread: thread.index,
    record: position.record,
    instruction: position.instruction,
    place: placeOf(symbols, chain.pc(position), () => []),
    branchesAgo: thread.end - position.record - thread.eventsFrom(position.record),
    live: last !== undefined && thread.stopPc !== undefined && comparePositions(position, last) >= 0,
  };
}
