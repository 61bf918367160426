import { type Address, formatAddress } from '../address';
import type { PlaceBody } from '../protocol/history';
import type { SymbolTable } from '../symbols/symbol-table';
import { located } from './need-symbols';

/** What is known of `address`, for display. Throws NeedSymbols with those of `ahead`. */
export function placeOf(symbols: SymbolTable, address: Address, ahead: () => Iterable<Address>): PlaceBody {
  const location = located(symbols, address, ahead);
  if (location === null) return { address: formatAddress(address) };
  const [frame] = location.frames;
  const { functionStart, module } = location;
  return {
    address: formatAddress(address),
    ...(frame === undefined ? {} : { function: frame.name }),
    ...(functionStart === undefined ? {} : { offset: address - functionStart }),
    ...(frame?.file === undefined ? {} : { file: frame.file }),
    ...(frame?.line === undefined || frame.line <= 0 ? {} : { line: frame.line }),
    ...(module === undefined ? {} : { module }),
  };
}
