import type { Address } from '../../address';
import { EVENT_BIT } from '../../record/record';
import type { Symboliser } from '../../symbols/symbol-table';
import { BranchKind } from '../branch-kind';
import type { Chain } from '../chain';
import { FrameEntry, type FrameSink, type NewFrame } from '../frames/frame-sink';
import { FunctionIndex } from '../frames/function-index';
import { StackMachine } from '../frames/stack-machine';
import { Cancelled, type Pass } from '../pass';
import { Busy, withSymbols } from '../with-symbols';
import { type CallNode, callKey } from './call-node';
import { mergeNodes } from './merge-nodes';

/** Records worked through before the event loop gets its turn: about 10 ms. */
const SLICE = 1 << 18;
/** Addresses resolved in one go. */
const BATCH = 4096;

/**
 * The calls of the records [from, to) as trees of functions under their callers, by the rules of StackMachine. The roots are
 * functions whose callers are not recorded. Throws Cancelled.
 */
export async function callTree(
  chain: Chain,
  symboliser: Symboliser,
  pass: Pass,
  from: number,
  to: number,
): Promise<ReadonlyMap<number, CallNode>> {
  await resolveAll(symboliser, pass, branchEnds(chain));
  const builder = new Builder(chain, symboliser, from, to);
  const roots = await withSymbols(symboliser, pass, () => {
    pass.progress?.(builder.done);
    return builder.run();
  });
  await resolveAll(symboliser, pass, builder.addresses());
  const functions = new FunctionIndex(symboliser, chain.history.facts);
  return mergeNodes(roots, (address) => functions.knownStartOf(address) ?? address);
}

/** The machine takes direct jumps for what is known of them, so let it be known. */
function* branchEnds(chain: Chain): Generator<Address> {
  const { edges, facts } = chain.history;
  for (let edge = 0; edge < edges.length; edge++) {
    const kind = facts.kind(edge);
    if (kind === BranchKind.call || kind === BranchKind.jmp) yield edges.to[edge]! as Address;
    if (kind === BranchKind.jmp) yield edges.from[edge]! as Address;
  }
}

async function resolveAll(symboliser: Symboliser, pass: Pass, addresses: Iterable<Address>): Promise<void> {
  const missing = new Set<Address>();
  const resolve = async () => {
    if (pass.cancellation?.cancelled) throw new Cancelled();
    await symboliser.resolve(missing);
    missing.clear();
  };
  for (const address of addresses) {
    if (symboliser.lookup(address) === undefined) missing.add(address);
    if (missing.size === BATCH) await resolve();
  }
  if (missing.size > 0) await resolve();
}

/** Makes a node for each function under each caller; what is lost gets one of its own each time. */
class Builder implements FrameSink {
  /** The machine's ids are indices of this. */
  private readonly nodes: CallNode[] = [];
  private readonly ids = new Map<CallNode, number>();
  private readonly roots = new Set<CallNode>();
  /** Roots that tail calls put in place of the lost one at hand. */
  private readonly replaced = new Map<number, CallNode>();
  private readonly machine: StackMachine;
  private next: number;

  constructor(
    private readonly chain: Chain,
    symboliser: Symboliser,
    private readonly from: number,
    private readonly to: number,
  ) {
    this.next = from;
    this.machine = new StackMachine(chain, new FunctionIndex(symboliser, chain.history.facts), this, from);
  }

  get done(): number {
    return this.to === this.from ? 1 : (this.next - this.from) / (this.to - this.from);
  }

  /** Goes on where it was when NeedSymbols or Busy was thrown. */
  run(): Iterable<CallNode> {
    const { thread } = this.chain;
    for (let budget = SLICE; this.next < this.to; budget--) {
      if (budget === 0) throw new Busy();
      const top = this.machine.top;
      const value = thread.value(this.next);
      this.machine.apply(this.next, value);
      if (value < EVENT_BIT) this.nodes[top]!.self++;
      this.next++;
    }
    this.settle();
    return this.roots;
  }

  *addresses(): Generator<Address> {
    for (const node of this.nodes) if (!Number.isNaN(node.function)) yield node.function;
  }

  enter(frame: NewFrame): number {
    if (frame.entry === FrameEntry.lost) {
      this.settle();
      this.roots.add(this.add(frame));
      return this.nodes.length - 1;
    }
    if (frame.stub !== undefined) this.nodes[frame.stub]!.asStub++;
    const siblings = frame.parent === undefined ? this.replaced : this.nodes[frame.parent]!.children;
    const key = callKey(frame.entry, frame.address);
    const known = siblings.get(key);
    if (known === undefined) {
      siblings.set(key, this.add(frame));
      return this.nodes.length - 1;
    }
    known.calls++;
    if (frame.stub !== undefined) known.viaStub++;
    known.lastRecord = frame.record;
    return this.ids.get(known)!;
  }

  leave(): void {}

  grow(bottom: number, address: Address, record: number): number {
    const caller = this.add({ parent: undefined, entry: FrameEntry.lost, address, record });
    const callee = this.nodes[bottom]!;
    this.settle();
    this.roots.delete(callee);
    this.roots.add(caller);
    // Not a callKey: those are integers.
    caller.children.set(bottom + 0.5, callee);
    return this.nodes.length - 1;
  }

  /** What is entered from here on at the bottom has another caller. */
  private settle(): void {
    for (const node of this.replaced.values()) this.roots.add(node);
    this.replaced.clear();
  }

  private add(frame: NewFrame): CallNode {
    const { entry, record, address } = frame;
    const node: CallNode = {
      function: address,
      entry,
      calls: 1,
      self: 0,
      viaStub: frame.stub === undefined ? 0 : 1,
      asStub: 0,
      firstRecord: record,
      lastRecord: record,
      children: new Map(),
    };
    this.ids.set(node, this.nodes.length);
    this.nodes.push(node);
    return node;
  }
}
