import { type Address, formatAddress, parseAddress } from '../../address';
import type { GotoArguments, GotoBody } from '../../protocol/history';
import type { RecordIndex } from '../../record/record';
import type { Symboliser, SymbolTable } from '../../symbols/symbol-table';
import type { Chain } from '../chain';
import { cursorBody } from '../cursor-body';
import type { History } from '../history';
import { byBranch } from '../move/by-branch';
import { byInstruction } from '../move/by-instruction';
import { lineBack } from '../move/line-back';
import { lineForward } from '../move/line-forward';
import { type Move, moved, toLimit } from '../move/move';
import { out } from '../move/out';
import { overInstruction } from '../move/over-instruction';
import { toBreakpoint } from '../move/to-breakpoint';
import { toRecord } from '../move/to-place';
import type { Pass } from '../pass';
import type { Cursor, Position } from '../position';
import { withSymbols } from '../with-symbols';

/** bts/goto: where a movement leads. `at` is the cursor, or its thread's live end. Undefined when nothing was recorded. */
export async function goto(
  history: History,
  symboliser: Symboliser,
  pass: Pass,
  args: GotoArguments,
  at: Cursor | undefined,
): Promise<{ readonly cursor: Cursor; readonly body: GotoBody } | undefined> {
  const chain = history.chain(args.thread);
  const from = at?.thread === args.thread && chain.isValid(at) ? at : chain.lastPosition();
  if (from === undefined) return undefined;
  const move = await find(chain, symboliser, pass, args, from);
  if (move === undefined) return undefined;
  const { position } = move;
  const cursor = { thread: args.thread, ...position };
  const gap = move.kind === 'gap' ? move.gap : move.kind === 'moved' ? move.crossed : undefined;
  return {
    cursor,
    body: {
      kind: move.kind,
      cursor: await withSymbols(symboliser, pass, (symbols) => cursorBody(chain, symbols, position)),
      ...(gap === undefined ? {} : { gap }),
      ...(move.kind === 'breakpoint' ? { address: formatAddress(move.address) } : {}),
    },
  };
}

async function find(
  chain: Chain,
  symboliser: Symboliser,
  pass: Pass,
  args: GotoArguments,
  from: Position,
): Promise<Move | undefined> {
  if ('record' in args) return toPlace(chain, args.record, args.instruction);
  if ('to' in args) return toLimit(chain, args.to === 'start' ? 'back' : 'forward', from);
  const { direction, by } = args;
  const symbolic = (move: (symbols: SymbolTable) => Move) => withSymbols(symboliser, pass, move);
  switch (by) {
    case 'instruction':
      return byInstruction(chain, from, direction);
    case 'instructionOver':
      return symbolic((symbols) => overInstruction(chain, symbols, from, direction));
    case 'branch':
      return byBranch(chain, from, direction);
    case 'over':
    case 'into': {
      const line = direction === 'back' ? lineBack : lineForward;
      return symbolic((symbols) => line(chain, symbols, from, by === 'into'));
    }
    case 'out':
      return symbolic((symbols) => out(chain, symbols, from, direction));
    case 'breakpoint': {
      const addresses = new Set<Address>();
      for (const text of args.addresses ?? []) {
        const address = parseAddress(text);
        if (address === undefined) throw new RangeError(`"${text}" is not an address`);
        addresses.add(address);
      }
      return toBreakpoint(chain, from, direction, addresses, pass);
    }
  }
}

function toPlace(chain: Chain, record: number, instruction: number | undefined): Move | undefined {
  const position =
    instruction === undefined ? toRecord(chain, record) : { record: record as RecordIndex, instruction };
  if (position === undefined) return undefined;
  if (!chain.isValid(position)) throw new RangeError(`no instruction ${instruction} at record ${record}`);
  return moved(position);
}
