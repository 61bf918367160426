import type { Chain } from '../chain';
import type { Position } from '../position';
import { type Direction, type Move, moved, toLimit } from './move';

/** One instruction, into whatever was called. */
export function byInstruction(chain: Chain, from: Position, direction: Direction): Move {
  const neighbour = direction === 'back' ? chain.previous(from) : chain.next(from);
  return neighbour === undefined
    ? toLimit(chain, direction, from)
    : moved(neighbour.position, neighbour.crossed);
}
