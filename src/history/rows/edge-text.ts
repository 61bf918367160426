import { type Address, formatAddress } from '../../address';
import type { Location, SymbolTable } from '../../symbols/symbol-table';
import { branchKindName } from '../branch-kind';
import type { History } from '../history';
import { located } from '../need-symbols';

/** The texts that searches and text filters look at, of distinct edges. Throws NeedSymbols with many edges' addresses. */
export class EdgeText {
  constructor(
    private readonly history: History,
    private readonly symbols: SymbolTable,
  ) {}

  /** "call main /src/a.c:12 0x401136 → f /src/b.c:3 0x401200" */
  of(edge: number): string {
    const { edges, facts } = this.history;
    const from = this.end(edges.from[edge]! as Address);
    const to = this.end(edges.to[edge]! as Address);
    return `${branchKindName(facts.kind(edge))} ${from} → ${to}`;
  }

  location(address: Address): Location | null {
    return located(this.symbols, address, () => this.otherEnds());
  }

  private end(address: Address): string {
    const location = this.location(address);
    const names = (location?.frames ?? []).map((frame) =>
      frame.line === undefined ? frame.name : `${frame.name} ${frame.file}:${frame.line}`,
    );
    return [...names, formatAddress(address), location?.module ?? ''].join(' ');
  }

  private *otherEnds(): Generator<Address> {
    const { edges } = this.history;
    for (let edge = edges.length - 1; edge >= 0; edge--) {
      yield edges.from[edge]! as Address;
      yield edges.to[edge]! as Address;
    }
  }
}
