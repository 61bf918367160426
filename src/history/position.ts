import type { RecordIndex } from '../record/record';

/**
 * A place in one thread's history: the instruction number `instruction` of the block that record `record` ended is
 * about to be executed. The last instruction of a block is the branch itself. The block behind the newest record
 * (`record` = {@link import('./thread-history').ThreadHistory.end}) is the tail block; its last instruction is the stop pc.
 */
export interface Position {
  readonly record: RecordIndex;
  readonly instruction: number;
}

/** A position and the thread it belongs to: where the user is in the past. */
export interface Cursor extends Position {
  /** Index into {@link import('./history').History.threads}. */
  readonly thread: number;
}

/** Negative when `a` is earlier than `b`. */
export function comparePositions(a: Position, b: Position): number {
  return a.record - b.record || a.instruction - b.instruction;
}
