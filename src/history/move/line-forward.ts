import type { RecordIndex } from '../../record/record';
import type { SymbolTable } from '../../symbols/symbol-table';
import { type Chain, NO_BLOCK } from '../chain';
import type { Position } from '../position';
import { FrameWalk } from './frame-walk';
import { LineReader, sameLine } from './line-reader';
import { type Move, moved, toLimit } from './move';

/** Functions that replace one another before the one that was meant: PLT stub, resolver, thunk. */
const MOST_STUBS = 8;

/**
 * One line forward, as GDB's next and step: to the next beginning of a statement of another line. Returning to the caller
 * it stops behind the call, in the midst of the line. Functions without line information are passed over.
 */
export function lineForward(chain: Chain, symbols: SymbolTable, from: Position, into: boolean): Move {
  const walk = new FrameWalk(chain, symbols, from.record);
  const lines = new LineReader(chain, symbols, 'forward');
  let level = into ? Number.POSITIVE_INFINITY : lines.level(from);
  let current = lines.line(from, level);
  for (let at = from; ; ) {
    const step = walk.next(at);
    // Whether what is called ends or not, into goes there first.
    const called = into ? calledBy(chain, walk, at) : undefined;
    const entered = called === undefined ? undefined : functionEntry(chain, walk, lines, called);
    if (entered !== undefined) return moved(entered);
    if ('limit' in step) return toLimit(chain, 'forward', from);
    if ('gap' in step) {
      if (at !== from) return { kind: 'gap', position: at, gap: step.gap };
      const across = chain.next(at);
      return across === undefined ? toLimit(chain, 'forward', from) : moved(across.position, across.crossed);
    }
    if (step.how === 'tail') {
      const replaced = functionEntry(chain, walk, lines, at.record);
      if (replaced !== undefined) return moved(replaced);
    }
    if (step.how === 'out' || step.how === 'tail') {
      level = Number.POSITIVE_INFINITY;
      current = undefined;
    }
    at = step.position;
    const line = lines.line(at, level);
    if (line === undefined) continue;
    if (current === undefined) return moved(at);
    if (sameLine(line, current)) continue;
    if (lines.location(at)?.isStatement) return moved(at);
    // Jumped into the midst of another line: that one is to be left, as GDB sees it.
    if (step.how === 'branch') current = line;
  }
}

/** The record by which the branch at `at` enters a frame above its own. */
function calledBy(chain: Chain, walk: FrameWalk, at: Position): number | undefined {
  const isLast = at.instruction === chain.positions(at.record) - 1;
  return isLast && walk.calls(at.record) ? at.record : undefined;
}

/** Where the cursor is put in the function that `record` entered: behind its prologue, if it has line information. */
function functionEntry(
  chain: Chain,
  walk: FrameWalk,
  lines: LineReader,
  record: number,
): Position | undefined {
  let entering: number | undefined = record;
  for (let hops = 0; entering !== undefined && hops < MOST_STUBS; hops++) {
    const entry: Position = { record: (entering + 1) as RecordIndex, instruction: 0 };
    if (chain.positions(entry.record) === 0) return undefined;
    if (lines.line(entry, Number.POSITIVE_INFINITY) !== undefined) return behindPrologue(chain, lines, entry);
    entering = walk.replacement(entering);
  }
  return undefined;
}

/** As GDB finds it: the second place of the function's line table, when no branch lies before it. */
function behindPrologue(chain: Chain, lines: LineReader, entry: Position): Position {
  const start = lines.location(entry)?.functionStart;
  const block = chain.block(entry.record);
  if (start !== chain.pc(entry) || block === NO_BLOCK) return entry;
  for (let instruction = 1; instruction < chain.positions(entry.record); instruction++) {
    const position = { record: entry.record, instruction };
    const location = lines.location(position);
    if (location?.functionStart !== start) break;
    if (location.isStatement) return position;
  }
  return entry;
}
