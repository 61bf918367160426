import type { Address } from '../address';
import type { Location, SymbolTable } from '../symbols/symbol-table';

/**
 * Thrown by {@link located} through the pure functions, however deep, when a symbol has not arrived; only
 * {@link import('./with-symbols').attempt} catches it. A return value would have to be passed on by every caller.
 */
export class NeedSymbols {
  constructor(
    /** More than the one that was asked for: what is likely to be asked next. */
    readonly addresses: ReadonlySet<Address>,
  ) {}
}

/** Addresses asked for in one go: some ten milliseconds of a symboliser's time. */
export const SYMBOL_BATCH = 256;

/**
 * What is known of `address`; null when nothing is. When it has not been asked for yet, throws NeedSymbols
 * with it and with as many of `ahead` as are missing too, up to {@link SYMBOL_BATCH}.
 */
export function located(
  symbols: SymbolTable,
  address: Address,
  ahead: () => Iterable<Address>,
): Location | null {
  const location = symbols.lookup(address);
  if (location !== undefined) return location;
  const missing = new Set([address]);
  for (const next of ahead()) {
    if (missing.size >= SYMBOL_BATCH) break;
    if (symbols.lookup(next) === undefined) missing.add(next);
  }
  throw new NeedSymbols(missing);
}
