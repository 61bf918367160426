import type { DebugProtocol } from '@vscode/debugprotocol';
import type { GotoArguments } from '../../../src/protocol/history';

/** A movement of the cursor that a DAP request asks for. */
export type Movement = Pick<Extract<GotoArguments, { readonly by: unknown }>, 'direction' | 'by'>;

const MOVES: Readonly<Record<string, Movement>> = {
  stepBack: { direction: 'back', by: 'over' },
  reverseContinue: { direction: 'back', by: 'breakpoint' },
  next: { direction: 'forward', by: 'over' },
  stepIn: { direction: 'forward', by: 'into' },
  stepOut: { direction: 'forward', by: 'out' },
  continue: { direction: 'forward', by: 'breakpoint' },
};

/** Where granularity `instruction` makes a difference; that of statements and lines is the same here. */
const BY_INSTRUCTION: { readonly [By in Movement['by']]?: Movement['by'] } = {
  over: 'instructionOver',
  into: 'instruction',
};

/** What a request means in the history; undefined when it is no movement. */
export function dapMovement({ command, arguments: args }: DebugProtocol.Request): Movement | undefined {
  const movement = Object.hasOwn(MOVES, command) ? MOVES[command] : undefined;
  if (movement === undefined || args?.granularity !== 'instruction') return movement;
  return { ...movement, by: BY_INSTRUCTION[movement.by] ?? movement.by };
}
