import type { Address } from '../../address';
import { BranchKind } from '../branch-kind';
import type { History } from '../history';
import type { FunctionIndex } from './function-index';

/** What a branch does to the stack of frames. */
export enum Role {
  unknown = 0,
  plain = 1,
  call = 2,
  ret = 3,
  /** A jump to the start of another function. */
  tail = 4,
  /** An indirect jump into the middle of another function: longjmp and its kin. */
  nonlocal = 5,
  /** The code is not known. */
  obscure = 6,
}

/** The role of every edge, found once an edge. Throws NeedSymbols where code alone cannot tell. */
export class EdgeRoles {
  private roles = new Uint8Array(0);

  constructor(
    private readonly history: History,
    private readonly functions: FunctionIndex,
  ) {}

  of(edge: number): Role {
    const role = this.roles[edge];
    if (role !== undefined && role !== Role.unknown) return role;
    if (edge >= this.roles.length) {
      const roles = new Uint8Array(this.history.edges.from.length);
      roles.set(this.roles);
      this.roles = roles;
    }
    const found = this.find(edge);
    this.roles[edge] = found;
    return found;
  }

  private find(edge: number): Role {
    const { edges, facts } = this.history;
    const from = edges.from[edge]! as Address;
    const to = edges.to[edge]! as Address;
    if (!facts.isTrusted(edge)) return Role.obscure;
    switch (facts.kind(edge)) {
      case BranchKind.call:
        // `call next; pop`: reads the ip, nothing will return.
        return to === facts.after(edge) ? Role.plain : Role.call;
      case BranchKind.syscall:
      case BranchKind.interrupt:
        return Role.call;
      case BranchKind.ret:
        return Role.ret;
      case BranchKind.jmp:
        return facts.isIndirect(edge) ? this.indirectJump(from, to) : this.directJump(from, to);
      case BranchKind.jcc:
        return this.directJump(from, to);
      default:
        return from < 0 && to >= 0 ? Role.ret : Role.plain;
    }
  }

  /**
   * Direct jumps never leave for another frame, and they are many: what is not known to be a tail call is none, rather
   * than to ask for the symbols of all of them.
   */
  private directJump(from: Address, to: Address): Role {
    if (!this.functions.isKnownStart(to)) return Role.plain;
    return this.functions.knownStartOf(from) === to ? Role.plain : Role.tail;
  }

  private indirectJump(from: Address, to: Address): Role {
    const { functions } = this;
    const ahead = () => this.indirectJumpEnds();
    const start = functions.startOf(to, ahead);
    const own = functions.startOf(from, ahead);
    if (start === own) return Role.plain;
    if (functions.isStart(to)) return Role.tail;
    // Without symbols only a return site is evidence enough: there setjmp returned.
    const named = functions.symbols.lookup(to)?.functionStart !== undefined;
    return named || this.history.facts.isReturnSite(to) ? Role.nonlocal : Role.plain;
  }

  private *indirectJumpEnds(): Generator<Address> {
    const { edges, facts } = this.history;
    for (let edge = edges.length - 1; edge >= 0; edge--) {
      if (!facts.isKnown(edge) || facts.kind(edge) !== BranchKind.jmp || !facts.isIndirect(edge)) continue;
      yield edges.to[edge]! as Address;
      yield edges.from[edge]! as Address;
    }
  }
}
