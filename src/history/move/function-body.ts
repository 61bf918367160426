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
 * pointer, at the next statement of the line table, when no branch lies before it; else at `entry` itself.
 */
export function bodyStart(chain: Chain, lines: LineReader, entry: Position): Position {
  const start = lines.location(entry)?.functionStart;
  const block = chain.block(entry.record);
  if (start !== chain.pc(entry) || block === NO_BLOCK) return entry;
  const length = prologueLength(chain.history.blocks.bytes(block, MOST_BYTES));
  if (length === 0) return entry;
  for (let instruction = 1; instruction < chain.positions(entry.record); instruction++) {
    const position = { record: entry.record, instruction };
    const location = lines.location(position);
    if (location?.functionStart !== start) break;
    if (location.isStatement && chain.pc(position) >= start + length) return position;
  }
  return entry;
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
