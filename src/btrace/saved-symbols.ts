import type { Address } from '../address';
import type { Location, Symboliser } from '../symbols/symbol-table';
import type { SymbolPage } from './btrace-format';

/** The symbols in a saved file. All there will ever be is there: no address is "not asked yet". */
export class SavedSymbols implements Symboliser {
  private readonly pages: SymbolPage[];

  constructor(pages: Iterable<SymbolPage>) {
    this.pages = [...pages].filter(({ addresses }) => addresses.length > 0);
    this.pages.sort((a, b) => a.addresses[0]! - b.addresses[0]!);
  }

  lookup(address: Address): Location | null {
    const page = this.pages[lastAtOrBelow(this.pages.length, (at) => this.pages[at]!.addresses[0]!, address)];
    if (!page) return null;
    const at = lastAtOrBelow(page.addresses.length, (row) => page.addresses[row]!, address);
    return page.addresses[at] === address ? (page.locations[page.indices[at]!] ?? null) : null;
  }

  async resolve(): Promise<void> {}
}

/** The row with the greatest key that is at most `address`; -1 when there is none. */
function lastAtOrBelow(count: number, key: (row: number) => number, address: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (key(middle) <= address) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
