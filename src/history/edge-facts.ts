import type { Address } from '../address';
import type { CodeSource } from '../code/code-source';
import { type Decoder, InstructionKind } from '../code/decoder';
import type { EdgeTable } from '../record/edge-table';
import { BranchKind } from './branch-kind';

const UNKNOWN = 255;
const LONGEST_INSTRUCTION = 15;

/**
 * What the instruction at each edge's `from` says about the edge, decoded once an edge, when first asked.
 * Columns are indexed by EdgeIndex.
 */
export class EdgeFacts {
  private kinds = new Uint8Array(0);
  private lengths = new Uint8Array(0);
  private flags = new Uint8Array(0);
  private readonly targets = new Set<number>();
  private readonly sites = new Set<number>();

  constructor(
    private readonly edges: EdgeTable,
    private readonly code: CodeSource,
    private readonly decoder: Decoder,
  ) {}

  kind(edge: number): BranchKind {
    const kind = this.kinds[edge];
    if (kind !== undefined && kind !== UNKNOWN) return kind;
    return this.decode(edge);
  }

  /** Whether the edge has been decoded already. */
  isKnown(edge: number): boolean {
    const kind = this.kinds[edge];
    return kind !== undefined && kind !== UNKNOWN;
  }

  /** The address after the instruction: where a call returns to. Equal to `from` when it cannot be decoded. */
  after(edge: number): Address {
    this.kind(edge);
    return (this.edges.from[edge]! + this.lengths[edge]!) as Address;
  }

  /** A branch through a register or memory. */
  isIndirect(edge: number): boolean {
    this.kind(edge);
    return (this.flags[edge]! & Flag.indirect) !== 0;
  }

  /** The instruction cannot have gone where the record says: the code is not what ran. */
  isInconsistent(edge: number): boolean {
    this.kind(edge);
    return (this.flags[edge]! & Flag.inconsistent) !== 0;
  }

  /** The instruction is known, and it is what ran as far as can be told. */
  isTrusted(edge: number): boolean {
    this.kind(edge);
    return this.lengths[edge] !== 0 && (this.flags[edge]! & Flag.inconsistent) === 0;
  }

  /** Whether a decoded call went to `address`. */
  isCallTarget(address: number): boolean {
    return this.targets.has(address);
  }

  /** Whether a decoded call returns to `address`. */
  isReturnSite(address: number): boolean {
    return this.sites.has(address);
  }

  /** The nearest call target at or below `address`, at most `within` bytes away. */
  callTargetBelow(address: number, within: number): Address | undefined {
    let best = Number.NEGATIVE_INFINITY;
    for (const target of this.targets) if (target <= address && target > best) best = target;
    return address - best <= within ? (best as Address) : undefined;
  }

  private decode(edge: number): BranchKind {
    this.grow(edge);
    const from = this.edges.from[edge]! as Address;
    const to = this.edges.to[edge]!;
    let kind = BranchKind.other;
    let flags = 0;
    let length = 0;
    const bytes = this.code.read(from, LONGEST_INSTRUCTION, this.edges.generation[edge]!);
    const decoded = typeof bytes === 'string' ? undefined : this.decoder.decode(bytes, from, from);
    if (decoded !== undefined) {
      length = decoded.length;
      const target = decoded.targets[0]!;
      kind = branchKindOf(decoded.kinds[0]!, from, to);
      if (kind === BranchKind.other && decoded.kinds[0] !== InstructionKind.far) flags = Flag.inconsistent;
      if (Number.isNaN(target)) flags |= Flag.indirect;
      else if (target !== to && kind !== BranchKind.interrupt) flags |= Flag.inconsistent;
    }
    this.kinds[edge] = kind;
    this.flags[edge] = flags;
    this.lengths[edge] = length;
    if (kind === BranchKind.call) {
      this.sites.add(from + length);
      if (to !== from + length) this.targets.add(to);
    }
    return kind;
  }

  private grow(edge: number): void {
    if (edge < this.kinds.length) return;
    const size = Math.max(this.edges.from.length, edge + 1);
    const kinds = new Uint8Array(size).fill(UNKNOWN);
    kinds.set(this.kinds);
    this.kinds = kinds;
    const lengths = new Uint8Array(size);
    lengths.set(this.lengths);
    this.lengths = lengths;
    const flags = new Uint8Array(size);
    flags.set(this.flags);
    this.flags = flags;
  }
}

enum Flag {
  indirect = 1,
  inconsistent = 2,
}

function branchKindOf(instruction: InstructionKind, from: number, to: number): BranchKind {
  // User code has no other way into the kernel: whatever stands there was interrupted.
  if (from >= 0 && to < 0) {
    return instruction === InstructionKind.syscall ? BranchKind.syscall : BranchKind.interrupt;
  }
  switch (instruction) {
    case InstructionKind.call:
      return BranchKind.call;
    case InstructionKind.ret:
      return BranchKind.ret;
    case InstructionKind.jmp:
      return BranchKind.jmp;
    case InstructionKind.jcc:
      return BranchKind.jcc;
    default:
      return BranchKind.other;
  }
}
