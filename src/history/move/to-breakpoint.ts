import type { Address } from '../../address';
import type { RecordIndex } from '../../record/record';
import type { BlockIndex } from '../block-table';
import { type Chain, NO_BLOCK } from '../chain';
import { Cancelled, type Pass } from '../pass';
import type { Position } from '../position';
import { type Direction, type Move, toLimit } from './move';

/** Blocks looked at between two looks at the clock. */
const PIECE = 4096;
const SLICE_MS = 15;

/**
 * To the nearest position before or after `from` whose pc is one of `addresses`, or to the end of the history. Gaps are
 * passed: what is not known is not known to hit anything. Conditions are the caller's, who goes on from the hit.
 */
export async function toBreakpoint(
  chain: Chain,
  from: Position,
  direction: Direction,
  addresses: ReadonlySet<Address>,
  pass: Pass,
): Promise<Move> {
  const scan = new BreakpointScan(chain, from, direction, addresses);
  let sliceEnd = pass.scheduler.now() + SLICE_MS;
  for (;;) {
    if (pass.cancellation?.cancelled) throw new Cancelled();
    const move = scan.run(PIECE);
    if (move !== undefined) return move;
    if (pass.scheduler.now() < sliceEnd) continue;
    pass.progress?.(scan.done);
    await pass.scheduler.yield();
    sliceEnd = pass.scheduler.now() + SLICE_MS;
  }
}

class BreakpointScan {
  private record: number;
  /** Only instructions on the far side of this one count in the first block. */
  private bound: number;
  /** By block: 0 not looked at, 1 no breakpoint in it, 2 at least one. */
  private seen = new Uint8Array(1024);

  constructor(
    private readonly chain: Chain,
    private readonly from: Position,
    private readonly direction: Direction,
    private readonly addresses: ReadonlySet<Address>,
  ) {
    this.record = from.record;
    this.bound = from.instruction;
  }

  /** The part of the way to the history's end that has been scanned. */
  get done(): number {
    const { first, end } = this.chain.thread;
    const way = this.direction === 'back' ? this.from.record - first : end - this.from.record;
    return way === 0 ? 1 : Math.abs(this.record - this.from.record) / way;
  }

  run(blocks: number): Move | undefined {
    const { chain, direction } = this;
    const { first, end } = chain.thread;
    for (let count = 0; count < blocks; count++) {
      if (this.record < first || this.record > end) return toLimit(chain, direction, this.from);
      const hit = this.look(chain.block(this.record));
      if (hit !== undefined) return hit;
      this.bound = direction === 'back' ? Number.POSITIVE_INFINITY : -1;
      this.record = direction === 'back' ? chain.before(this.record) : chain.after(this.record);
    }
    return undefined;
  }

  private look(block: BlockIndex): Move | undefined {
    if (block === NO_BLOCK || !this.hasBreakpoint(block)) return undefined;
    const { chain, record, bound } = this;
    const count = chain.positions(record);
    const back = this.direction === 'back';
    let instruction = back ? Math.min(count, bound) - 1 : bound + 1;
    for (; instruction >= 0 && instruction < count; instruction += back ? -1 : 1) {
      const position = { record: record as RecordIndex, instruction };
      const address = chain.pc(position);
      if (this.addresses.has(address)) return { kind: 'breakpoint', position, address };
    }
    return undefined;
  }

  private hasBreakpoint(block: BlockIndex): boolean {
    const { blocks } = this.chain.history;
    if (block >= this.seen.length) {
      const seen = new Uint8Array(Math.max(blocks.length, this.seen.length * 2));
      seen.set(this.seen);
      this.seen = seen;
    }
    if (this.seen[block] === 0) this.seen[block] = this.contains(block) ? 2 : 1;
    return this.seen[block] === 2;
  }

  private contains(block: BlockIndex): boolean {
    const { blocks } = this.chain.history;
    if (blocks.decodedCode(block) === undefined) return this.addresses.has(blocks.last(block));
    for (const address of this.addresses) {
      if (address < blocks.start(block) || address > blocks.last(block)) continue;
      for (let index = blocks.instructions(block) - 1; index >= 0; index--) {
        if (blocks.address(block, index) === address) return true;
      }
    }
    return false;
  }
}
