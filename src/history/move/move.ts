import type { Address } from '../../address';
import type { Chain } from '../chain';
import type { Gap } from '../gap';
import { comparePositions, type Position } from '../position';

/**
 * Where a movement ended. A movement that runs into a gap, or into an end, stops beside it; one that begins beside a gap
 * crosses it.
 */
export type Move =
  /** `crossed`: between where it began and here something is not known. */
  | { readonly kind: 'moved'; readonly position: Position; readonly crossed?: Gap }
  | { readonly kind: 'breakpoint'; readonly position: Position; readonly address: Address }
  /** The gap lies directly beside the position, in the direction of the movement. */
  | { readonly kind: 'gap'; readonly position: Position; readonly gap: Gap }
  /** At the first known position, or there already. */
  | { readonly kind: 'start'; readonly position: Position }
  /** At the live end, or there already. */
  | { readonly kind: 'end'; readonly position: Position };

export type Direction = 'back' | 'forward';

export function moved(position: Position, crossed?: Gap): Move {
  return crossed === undefined ? { kind: 'moved', position } : { kind: 'moved', position, crossed };
}

/** The move to the end of the history in `direction`, from `position` when there is nowhere to go at all. */
export function toLimit(chain: Chain, direction: Direction, position: Position): Move {
  return direction === 'back'
    ? { kind: 'start', position: chain.firstPosition() ?? position }
    : { kind: 'end', position: chain.lastPosition() ?? position };
}

/** The move from `from` that runs into `gap`: to `beside` it, or across it when it begins there. */
export function toGap(chain: Chain, direction: Direction, from: Position, beside: Position, gap: Gap): Move {
  const across = direction === 'back' ? chain.previous(beside) : chain.next(beside);
  if (across === undefined) return toLimit(chain, direction, from);
  if (comparePositions(from, beside) !== 0) return { kind: 'gap', position: beside, gap };
  return moved(across.position, across.crossed);
}
