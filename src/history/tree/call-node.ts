import type { Address } from '../../address';
import type { FrameEntry } from '../frames/frame-sink';

/** A function as it was called by the functions above it, over all those calls. */
export interface CallNode {
  /** First address of the function, or any address in it when the first is not known; NaN when nothing is. */
  readonly function: Address;
  readonly entry: FrameEntry;
  /** Times it was entered; of a lost one, times the record begins in it. */
  calls: number;
  /** Branches in the function itself, and in the stubs it called. */
  self: number;
  /** Of {@link calls}, those that came by way of a stub, and those that did nothing but go on elsewhere as one. */
  viaStub: number;
  asStub: number;
  /** The first and the last record that entered it; those of a lost one do not belong to it. */
  firstRecord: number;
  lastRecord: number;
  /** By {@link callKey}. */
  readonly children: Map<number, CallNode>;
}

const ENTRIES = 8;

/** The key of a node among its siblings: exact, for addresses are below 2^48 or above -2^48. */
export function callKey(entry: FrameEntry, address: Address): number {
  return address * ENTRIES + entry;
}

/** Branches in the node and all below it. */
export function totalOf(node: CallNode): number {
  let total = 0;
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    total += next.self;
    for (const child of next.children.values()) open.push(child);
  }
  return total;
}
