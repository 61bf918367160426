import type { Address } from '../../address';
import type { SymbolTable } from '../../symbols/symbol-table';
import type { EdgeFacts } from '../edge-facts';
import { located } from '../need-symbols';

/** A nearest call target farther away than this says nothing. */
const WITHIN = 1 << 16;

/** gcc puts the unlikely part of a function elsewhere, under a name of its own. */
const COLD_PART = /\.cold(\.\d+)?$/;

/** Which function an address belongs to: by symbols where there are any, else by the nearest call target below. */
export class FunctionIndex {
  constructor(
    readonly symbols: SymbolTable,
    private readonly facts: EdgeFacts,
  ) {}

  /** First address of the function at `address`. Throws NeedSymbols, with those of `ahead`. */
  startOf(address: Address, ahead: () => Iterable<Address> = () => []): Address {
    const location = located(this.symbols, address, ahead);
    if (location?.functionStart !== undefined) return location.functionStart;
    return this.facts.callTargetBelow(address, WITHIN) ?? address;
  }

  /** {@link startOf} from what has arrived. */
  knownStartOf(address: Address): Address | undefined {
    return this.symbols.lookup(address)?.functionStart ?? this.facts.callTargetBelow(address, WITHIN);
  }

  /** Whether `address` is known to begin a function. Throws NeedSymbols. */
  isStart(address: Address, ahead?: () => Iterable<Address>): boolean {
    const location = located(this.symbols, address, ahead ?? (() => []));
    if (location?.functionStart === undefined) return this.facts.isCallTarget(address);
    return location.functionStart === address && !COLD_PART.test(location.frames.at(-1)?.name ?? '');
  }

  /** {@link isStart} from what has arrived: false when not known. */
  isKnownStart(address: Address): boolean {
    const location = this.symbols.lookup(address);
    if (location?.functionStart === undefined) return this.facts.isCallTarget(address);
    return location.functionStart === address && !COLD_PART.test(location.frames.at(-1)?.name ?? '');
  }
}
