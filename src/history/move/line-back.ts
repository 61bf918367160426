import type { RecordIndex } from '../../record/record';
import type { SymbolTable } from '../../symbols/symbol-table';
import type { Chain } from '../chain';
import { comparePositions, type Position } from '../position';
import { FrameWalk, type WalkStep } from './frame-walk';
import { bodyStart } from './function-body';
import { type LineKey, LineReader, sameLine } from './line-reader';
import { type Move, moved, toGap, toLimit } from './move';

/**
 * One line back, as GDB's reverse-next and reverse-step: to the beginning of the run of instructions of the line that was
 * executed before `from`, which is the current line when `from` is in the midst of it.
 *
 *     run of 3      call       run of 4          from: the first instruction of line 5
 *     [3][3]        …          [4][4] call f … ret [4][4]  [5]
 *                              ^ over                ^ into: the beginning of f's last line
 *
 * From a function's first line, and from its prologue, it goes out to the caller's line. Instructions without line
 * information belong to the line around them; functions without are passed over, and left towards their caller.
 */
export function lineBack(chain: Chain, symbols: SymbolTable, from: Position, into: boolean): Move {
  const walk = new FrameWalk(chain, symbols, from.record);
  const lines = new LineReader(chain, symbols, 'back');
  let level = into ? Number.POSITIVE_INFINITY : lines.level(from);
  for (let at = from; ; ) {
    const found = walk.previous(at);
    const inside = into && !('position' in found) ? lastBefore(chain, at) : undefined;
    const step = inside ?? found;
    if ('limit' in step) return toLimit(chain, 'back', from);
    if ('gap' in step) return toGap(chain, 'back', from, step.beside ?? at, step.gap);
    const callee = into ? calleeEnd(walk, lines, step) : undefined;
    if (step.how === 'out') level = Number.POSITIVE_INFINITY;
    at = callee ?? step.position;
    const line = lines.line(at, level);
    if (line === undefined) continue;
    const run = runOf(walk, lines, at, line, into, callee !== undefined || inside !== undefined);
    const stop = stopIn(chain, lines, run);
    if (stop !== undefined) return moved(stop);
    at = run.first;
  }
}

/** What was executed right before `at`: the end of something that was called, where it is not known how that began. */
function lastBefore(chain: Chain, at: Position): WalkStep | undefined {
  const before = chain.previous(at);
  return before === undefined || before.crossed !== undefined
    ? undefined
    : { position: before.position, how: 'over' };
}

/** Positions of one line in one frame, executed one after the other. */
interface Run {
  readonly first: Position;
  readonly last: Position;
  /** The first one at which a statement of the line table begins. */
  readonly statement: Position | undefined;
  /** They are the last ones in a function that was called. */
  readonly entered: boolean;
}

/** The run of `line` that `last` is in, or that of what was called in it before `last`. */
function runOf(
  walk: FrameWalk,
  lines: LineReader,
  last: Position,
  line: LineKey,
  into: boolean,
  entered: boolean,
): Run {
  const isStatement = (at: Position) => lines.location(at)?.isStatement === true;
  let first = last;
  let statement = isStatement(last) ? last : undefined;
  for (let here = last; ; ) {
    const step = walk.previous(here);
    if (!('position' in step) || step.how === 'out') return { first, last, statement, entered };
    const before = lines.line(step.position, into ? Number.POSITIVE_INFINITY : line.level);
    if (before !== undefined && !sameLine(before, line)) return { first, last, statement, entered };
    const callee = into ? calleeEnd(walk, lines, step) : undefined;
    if (callee !== undefined) {
      const inner = lines.line(callee, Number.POSITIVE_INFINITY)!;
      return runOf(walk, lines, callee, inner, into, true);
    }
    here = step.position;
    if (before === undefined) continue;
    first = here;
    if (isStatement(here)) statement = here;
  }
}

/**
 * Where to stop in a run: at its first statement, as going forward would. Not in a prologue, and not in the pieces of a line
 * that the compiler has moved among others, where no statement begins, but for the end of a function that was called.
 */
function stopIn(chain: Chain, lines: LineReader, run: Run): Position | undefined {
  const { first, last, statement, entered } = run;
  const body = bodyStart(chain, lines, first);
  if (comparePositions(body, first) === 0) return statement ?? (entered ? first : undefined);
  return comparePositions(body, last) > 0 ? undefined : body;
}

/**
 * Where to enter what was called, given the record that left it: its last position, or, when it has no line information
 * there (longjmp, the throwing of an exception), the last one of the nearest function around it that has.
 */
function calleeEnd(walk: FrameWalk, lines: LineReader, step: WalkStep): Position | undefined {
  if (!('callee' in step) || step.callee === undefined) return undefined;
  const outside = step.position.record;
  for (let record: number | undefined = step.callee; record !== undefined && record > outside; ) {
    const position = { record: record as RecordIndex, instruction: walk.chain.positions(record) - 1 };
    if (position.instruction >= 0 && lines.line(position, Number.POSITIVE_INFINITY) !== undefined)
      return position;
    record = walk.enteredBy(record);
  }
  return undefined;
}
