import type { RecordIndex } from '../../record/record';
import type { SymbolTable } from '../../symbols/symbol-table';
import type { Chain } from '../chain';
import type { Position } from '../position';
import { FrameWalk, type WalkStep } from './frame-walk';
import { type LineKey, LineReader, sameLine } from './line-reader';
import { type Move, moved, toLimit } from './move';

/**
 * One line back, as GDB's reverse-next and reverse-step: to the beginning of the run of instructions of the line that was
 * executed before `from`, which is the current line when `from` is in the midst of it.
 *
 *     run of 3      call       run of 4          from: the first instruction of line 5
 *     [3][3]        …          [4][4] call f … ret [4][4]  [5]
 *                              ^ over                ^ into: the beginning of f's last line
 *
 * At a function's entry it goes out to the caller's line. Instructions without line information belong to the line around
 * them; functions without are passed over, and left towards their caller.
 */
export function lineBack(chain: Chain, symbols: SymbolTable, from: Position, into: boolean): Move {
  const walk = new FrameWalk(chain, symbols, from.record);
  const lines = new LineReader(chain, symbols, 'back');
  let level = into ? Number.POSITIVE_INFINITY : lines.level(from);
  for (let at = from; ; ) {
    const step = walk.previous(at);
    if ('limit' in step) return toLimit(chain, 'back', from);
    if ('gap' in step) {
      if (at !== from) return { kind: 'gap', position: at, gap: step.gap };
      const across = chain.previous(at);
      return across === undefined ? toLimit(chain, 'back', from) : moved(across.position, across.crossed);
    }
    const callee = into ? calleeEnd(walk, lines, step) : undefined;
    if (step.how === 'out') level = Number.POSITIVE_INFINITY;
    at = callee ?? step.position;
    const line = callee === undefined ? lines.line(at, level) : lines.line(at, Number.POSITIVE_INFINITY);
    if (line !== undefined) return moved(runStart(walk, lines, at, line, into));
  }
}

/** The earliest position of the run of `line` that `at` belongs to. */
function runStart(walk: FrameWalk, lines: LineReader, at: Position, line: LineKey, into: boolean): Position {
  let start = at;
  for (let here = at; ; ) {
    const step = walk.previous(here);
    if (!('position' in step) || step.how === 'out') return start;
    const before = lines.line(step.position, line.level);
    if (before !== undefined && !sameLine(before, line)) return start;
    const callee = into ? calleeEnd(walk, lines, step) : undefined;
    if (callee !== undefined) {
      const inner = lines.line(callee, Number.POSITIVE_INFINITY)!;
      return runStart(walk, lines, callee, inner, into);
    }
    if (before !== undefined) start = step.position;
    here = step.position;
  }
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
