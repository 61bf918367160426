import type { RecordIndex } from '../../record/record';
import type { SymbolTable } from '../../symbols/symbol-table';
import type { Chain } from '../chain';
import type { Position } from '../position';
import { FrameWalk } from './frame-walk';
import { bodyStart } from './function-body';
import { type LineKey, LineReader, sameLine } from './line-reader';
import { type Move, moved, toGap, toLimit } from './move';

/** Functions that replace one another before the one that was meant: PLT stub, resolver, thunk. */
const MOST_STUBS = 8;
/** Bytes. */
const LONGEST_CALL = 15;

/**
 * One line forward, as GDB's next and step: to the next beginning of a statement of another line. Having returned to the
 * midst of the caller's line it goes on to the end of that one. Functions without line information are passed over.
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
    if ('gap' in step) return toGap(chain, 'forward', from, step.beside ?? at, step.gap);
    if (step.how === 'tail') {
      const replaced = functionEntry(chain, walk, lines, at.record);
      if (replaced !== undefined) return moved(replaced);
    }
    const call = step.how === 'out' ? callOf(chain, walk, at) : undefined;
    const left = step.how === 'out' || step.how === 'tail';
    if (left) level = Number.POSITIVE_INFINITY;
    at = step.position;
    const line = lines.line(at, level);
    if (line === undefined) continue;
    // A caller's line is another one, even if recursion gives it the same number.
    if (!left && current !== undefined && sameLine(line, current)) continue;
    if (lines.location(at)?.isStatement) return moved(at);
    // Come into the midst of another line: that one is to be left, as GDB sees it.
    if (left) current = begins(chain, lines, call, at, line) ? undefined : line;
    else if (step.how === 'branch') current = line;
  }
}

/** The call that led to the function `at` is in. */
function callOf(chain: Chain, walk: FrameWalk, at: Position): Position | undefined {
  const caller = walk.caller(at.record);
  if (caller === undefined || !('call' in caller)) return undefined;
  const instruction = chain.positions(caller.call) - 1;
  return instruction < 0 ? undefined : { record: caller.call as RecordIndex, instruction };
}

/** Whether `line` begins at `at`, to which `call` has returned: the instruction in front of it is of another line. */
function begins(
  chain: Chain,
  lines: LineReader,
  call: Position | undefined,
  at: Position,
  line: LineKey,
): boolean {
  if (call === undefined || chain.pc(at) - chain.pc(call) > LONGEST_CALL) return false;
  const before = lines.line(call, Number.POSITIVE_INFINITY);
  return before !== undefined && !sameLine(before, line);
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
    if (lines.line(entry, Number.POSITIVE_INFINITY) !== undefined) return bodyStart(chain, lines, entry);
    entering = walk.replacement(entering);
  }
  return undefined;
}
