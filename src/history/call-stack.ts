import type { Address } from '../address';
import type { RecordIndex } from '../record/record';
import type { Location, SymbolTable } from '../symbols/symbol-table';
import type { Chain } from './chain';
import type { Gap } from './gap';
import { FrameWalk } from './move/frame-walk';
import { located } from './need-symbols';
import type { Position } from './position';

/** Callers are not looked for farther back than this many records: a stack is asked for at every step. */
const REACH = 1 << 20;

/** One function that was active at a position; what was inlined into it there is in its location. */
export interface StackEntry {
  /** Where the cursor is, or about to execute the call (or to be interrupted by the signal) that led to the entry above. */
  readonly position: Position;
  readonly pc: Address;
  readonly location: Location | null;
}

export interface CallStack {
  /** Innermost first; never empty. */
  readonly entries: readonly StackEntry[];
  /** Why no further caller is known; absent when `most` entries were enough. */
  readonly beginning?: Gap;
}

/**
 * The stack at `from`, rebuilt from the recorded calls: callers that were entered before the record began (or before a gap)
 * are not in it, nor functions that were left by a tail call. Throws NeedSymbols and Busy.
 */
export function callStack(chain: Chain, symbols: SymbolTable, from: Position, most: number): CallStack {
  const { positions, beginning } = callers(chain, symbols, from, most);
  const pcs = positions.map((position) => chain.pc(position));
  const entries = positions.map((position, index) => {
    const pc = pcs[index]!;
    return { position, pc, location: located(symbols, pc, () => pcs) };
  });
  return beginning === undefined ? { entries } : { entries, beginning };
}

function callers(
  chain: Chain,
  symbols: SymbolTable,
  from: Position,
  most: number,
): { readonly positions: readonly Position[]; readonly beginning?: Gap } {
  const walk = new FrameWalk(chain, symbols, from.record, REACH);
  const positions: Position[] = [from];
  while (positions.length < most) {
    const caller = walk.caller(positions.at(-1)!.record);
    if (caller === undefined) {
      const whole = walk.begins <= chain.thread.first;
      return { positions, beginning: whole ? chain.thread.beginning : 'not looked farther' };
    }
    if ('gap' in caller) return { positions, beginning: caller.gap };
    const record = caller.call as RecordIndex;
    const count = chain.positions(record);
    if (count === 0) return { positions, beginning: chain.gap(record) ?? 'unknown' };
    positions.push({ record, instruction: count - 1 });
  }
  return { positions };
}
