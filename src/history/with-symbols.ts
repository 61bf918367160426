import type { Address } from '../address';
import type { Symboliser, SymbolTable } from '../symbols/symbol-table';
import { NeedSymbols } from './need-symbols';
import { Cancelled, type Pass } from './pass';

/** The pure functions over symbols give either a value or what has to be done before they are tried again. */
export type Attempt<T> =
  | { readonly value: T }
  | { readonly need: ReadonlySet<Address> }
  /** A long scan used up its slice; its state is kept, call again. */
  | { readonly busy: true };

/** Thrown like {@link NeedSymbols} by a scan whose slice is used up. */
export class Busy {}

export function attempt<T>(symbols: SymbolTable, answer: (symbols: SymbolTable) => T): Attempt<T> {
  try {
    return { value: answer(symbols) };
  } catch (thrown) {
    if (thrown instanceof NeedSymbols) return { need: thrown.addresses };
    if (thrown instanceof Busy) return { busy: true };
    throw thrown;
  }
}

/**
 * Calls `answer` until it has all the symbols it needs and the slices of its scans are done. It must be pure over the
 * symbols: it starts anew each time.
 */
export async function withSymbols<T>(
  symboliser: Symboliser,
  pass: Pass,
  answer: (symbols: SymbolTable) => T,
): Promise<T> {
  for (;;) {
    if (pass.cancellation?.cancelled) throw new Cancelled();
    const result = attempt(symboliser, answer);
    if ('value' in result) return result.value;
    if ('need' in result) {
      await symboliser.resolve(result.need);
      for (const address of result.need) {
        if (symboliser.lookup(address) === undefined) {
          throw new Error(`the symboliser did not answer for ${address.toString(16)}`);
        }
      }
    } else await pass.scheduler.yield();
  }
}
