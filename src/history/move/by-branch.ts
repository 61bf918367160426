import type { Chain } from '../chain';
import type { Position } from '../position';
import { type Direction, type Move, moved, toLimit } from './move';

/** To the branch (or event) before or after: the position at which it is about to be taken. The last one is the live end. */
export function byBranch(chain: Chain, from: Position, direction: Direction): Move {
  const last = chain.positions(from.record) - 1;
  if (direction === 'forward' && from.instruction < last) {
    return moved({ record: from.record, instruction: last });
  }
  const edge = { record: from.record, instruction: direction === 'back' ? 0 : last };
  const neighbour = direction === 'back' ? chain.previous(edge) : chain.next(edge);
  if (neighbour === undefined) return toLimit(chain, direction, from);
  const { record } = neighbour.position;
  return moved({ record, instruction: chain.positions(record) - 1 }, neighbour.crossed);
}
