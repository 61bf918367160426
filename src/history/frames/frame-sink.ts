import type { Address } from '../../address';

/** How a frame came to be. */
export enum FrameEntry {
  /** The record begins inside it, or inside something it called: who called it is not recorded. */
  lost = 0,
  call = 1,
  /** A jump to the start of another function: the frame before it is gone, its caller stays. */
  tail = 2,
  signal = 3,
  /** An inferior call by the debugger. */
  debugger = 4,
}

/** A frame that begins. */
export interface NewFrame {
  /** The id of the frame below, undefined for a bottom frame. */
  readonly parent: number | undefined;
  readonly entry: FrameEntry;
  /** Where it was entered; for a lost one any address in it. */
  readonly address: Address;
  /** The record that entered it. For a lost one the record before its first known block, which may not exist. */
  readonly record: number;
  /** The id of the frame this one replaces, when that did nothing but jump here: a stub of the PLT, or its like. */
  readonly stub?: number | undefined;
}

/** What a StackMachine tells. Ids are the sink's own. */
export interface FrameSink {
  enter(frame: NewFrame): number;
  /** `record` took execution out of the frame. */
  leave(id: number, record: number): void;
  /** `record` returned out of the bottom frame `bottom`: its caller, found at `address`, is the new bottom. */
  grow(bottom: number, address: Address, record: number): number;
}
