import { InstructionKind } from '../../code/decoder';
import type { RecordIndex } from '../../record/record';
import { type Chain, NO_BLOCK } from '../chain';
import type { Position } from '../position';
import type { LineReader } from './line-reader';

const ENDBR64 = [0xf3, 0x0f, 0x1e, 0xfa];
const PUSH_RBP = [0x55];
/** `mov %rsp,%rbp`, in both encodings. */
const MOV_RSP_RBP = [
  [0x48, 0x89, 0xe5],
  [0x48, 0x8b, 0xec],
];
const MOST_BYTES = 8;

/**
 * Where stepping into the function that is entered at `entry` stops, as GDB does: behind a prologue that sets up the frame
 * pointer, at the next statement of the line table, unless a branch other than a jump lies before it; else at `entry` itself.
 */
export function bodyStart(chain: Chain, lines: LineReader, entry: Position): Position {
  const start = lines.location(entry)?.functionStart;
  const block = chain.block(entry.record);
  if (start !== chain.pc(entry) || block === NO_BLOCK) return entry;
  const length = prologueLength(chain.history.blocks.bytes(block, MOST_BYTES));
  if (length === 0) return entry;
  for (let at = next(chain, entry); at !== undefined; at = next(chain, at)) {
    const location = lines.location(at);
    if (location?.functionStart !== start) break;
    if (location.isStatement && chain.pc(at) >= start + length) return at;
  }
  return entry;
}

function next(chain: Chain, { record, instruction }: Position): Position | undefined {
  const { blocks } = chain.history;
  const block = chain.block(record);
  if (instruction + 1 < chain.positions(record)) return { record, instruction: instruction + 1 };
  const jumps = block !== NO_BLOCK && blocks.kind(block, instruction) === InstructionKind.jmp;
  const later = chain.after(record) as RecordIndex;
  return jumps && chain.positions(later) > 0 ? { record: later, instruction: 0 } : undefined;
}

/** Of the instructions that set up the frame pointer, in bytes; 0 when they do not. */
function prologueLength(code: Uint8Array): number {
  let at = 0;
  const take = (bytes: readonly number[]): boolean => {
    if (!bytes.every((byte, index) => code[at + index] === byte)) return false;
    at += bytes.length;
    return true;
  };
  take(ENDBR64);
  return take(PUSH_RBP) && MOV_RSP_RBP.some(take) ? at : 0;
}
