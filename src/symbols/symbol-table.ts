import type { Address } from '../address';

/** One function at an address, the innermost inlined one first in {@link Location.frames}. */
export interface SourceFrame {
  /** Demangled name. */
  readonly name: string;
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
}

/** What is known of one instruction address. */
export interface Location {
  /** Innermost first; never empty: the last one is the function itself, inlined callees before it. */
  readonly frames: readonly SourceFrame[];
  /** First address of the (outermost, real) function; absent when only a nearest symbol is known. */
  readonly functionStart?: Address;
  /** Whether a line of the line table begins exactly here (a place to stop). */
  readonly isStatement: boolean;
  /** Base name of the module, for the display of functions without source. */
  readonly module?: string;
}

/**
 * Symbols arrive late and in bulk. {@link lookup} answers from what has arrived: `null` is "asked, and nothing is
 * known", `undefined` is "not asked yet".
 */
export interface SymbolTable {
  lookup(address: Address): Location | null | undefined;
}

/** A symbol table that can be asked for more. */
export interface Symboliser extends SymbolTable {
  /** Makes {@link lookup} answer for all the addresses. One round trip for thousands of distinct ones. */
  resolve(addresses: Iterable<Address>): Promise<void>;
}
