import type { RecordIndex } from '../../record/record';
import type { SymbolTable } from '../../symbols/symbol-table';
import type { Chain } from '../chain';
import type { Position } from '../position';
import { FrameWalk } from './frame-walk';
import { LineReader } from './line-reader';
import { type Direction, type Move, moved, toGap, toLimit } from './move';

/**
 * Out of the function: back to the call in the caller, or to the tail call that took it here (GDB's reverse-finish), forward
 * to behind the call (finish). Out of an inlined function when that is where the cursor is.
 */
export function out(chain: Chain, symbols: SymbolTable, from: Position, direction: Direction): Move {
  const walk = new FrameWalk(chain, symbols, from.record);
  const lines = new LineReader(chain, symbols, direction);
  const level = lines.level(from);
  if (level > 1 && level !== Number.POSITIVE_INFINITY)
    return outOfInline(chain, walk, lines, from, direction);
  return direction === 'back' ? back(chain, walk, lines, from) : forward(chain, walk, from);
}

function back(chain: Chain, walk: FrameWalk, lines: LineReader, from: Position): Move {
  const entry = knownEntry(chain, walk, lines, from.record);
  if (entry !== undefined) return moved(entry);
  const caller = walk.caller(from.record);
  if (caller === undefined) return toLimit(chain, 'back', from);
  if ('gap' in caller) {
    const first = chain.next({ record: caller.behind as RecordIndex, instruction: 0 })?.position ?? from;
    const across = first.record === from.record && first.instruction === from.instruction;
    if (!across) return { kind: 'gap', position: first, gap: caller.gap };
    const neighbour = chain.previous(from);
    return neighbour === undefined
      ? toLimit(chain, 'back', from)
      : moved(neighbour.position, neighbour.crossed);
  }
  const count = chain.positions(caller.call);
  if (count > 0) return moved({ record: caller.call as RecordIndex, instruction: count - 1 });
  const neighbour = chain.previous({ record: caller.call as RecordIndex, instruction: 0 });
  return neighbour === undefined ? toLimit(chain, 'back', from) : moved(neighbour.position);
}

/** The tail call that entered the function: the nearest from where there is source, so not that of a stub of the PLT. */
function knownEntry(chain: Chain, walk: FrameWalk, lines: LineReader, inside: number): Position | undefined {
  for (let record: number | undefined = walk.tailCall(inside); record !== undefined; ) {
    const position = { record: record as RecordIndex, instruction: chain.positions(record) - 1 };
    if (position.instruction >= 0 && lines.line(position, Number.POSITIVE_INFINITY) !== undefined)
      return position;
    record = walk.tailCall(record);
  }
  return undefined;
}

function forward(chain: Chain, walk: FrameWalk, from: Position): Move {
  const exit = walk.exit(from.record);
  if (exit === undefined) return toLimit(chain, 'forward', from);
  const behind = chain.next({ record: exit as RecordIndex, instruction: chain.positions(exit) - 1 });
  if (behind === undefined) return toLimit(chain, 'forward', from);
  if (behind.crossed === undefined) return moved(behind.position);
  const last = { record: exit as RecordIndex, instruction: Math.max(0, chain.positions(exit) - 1) };
  const beside = chain.positions(exit) > 0 ? last : chain.previous({ ...last, instruction: 0 })?.position;
  if (beside === undefined || (beside.record === from.record && beside.instruction === from.instruction)) {
    return moved(behind.position, behind.crossed);
  }
  return { kind: 'gap', position: beside, gap: behind.crossed };
}

function outOfInline(
  chain: Chain,
  walk: FrameWalk,
  lines: LineReader,
  from: Position,
  direction: Direction,
): Move {
  const level = lines.level(from);
  for (let at = from; ; ) {
    const step = direction === 'back' ? walk.previous(at) : walk.next(at);
    if ('limit' in step) return toLimit(chain, direction, from);
    if ('gap' in step) return toGap(chain, direction, from, step.beside ?? at, step.gap);
    at = step.position;
    if (step.how === 'out' || step.how === 'tail' || lines.level(at) < level) return moved(at);
  }
}
