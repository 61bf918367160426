import { type Address, formatAddress } from '../address';
import { located } from '../history/need-symbols';
import type { Module } from '../modules/module';
import { ModuleMap } from '../modules/module-map';
import type { Location, SymbolTable } from '../symbols/symbol-table';

/** How exports name addresses. Throws NeedSymbols, with more addresses that will be asked about. */
export class PlaceText {
  private readonly map: ModuleMap;

  constructor(
    private readonly symbols: SymbolTable,
    modules: readonly Module[],
    private readonly ahead: () => Iterable<Address>,
  ) {
    this.map = new ModuleMap(modules);
  }

  /** Name of the (real, not inlined) function; `module+0x12` where it has none, `0x1234` outside of modules. */
  function(address: Address): string {
    if (Number.isNaN(address)) return '[unknown]';
    const location = this.located(address);
    if (location) return location.frames.at(-1)!.name;
    const index = this.map.at(address);
    if (index === undefined) return formatAddress(address);
    const { path, bias } = this.map.modules[index]!;
    return `${baseName(path)}+${formatAddress((address - bias) as Address)}`;
  }

  /** `function+0x12`; undefined where no function is known. */
  symbol(address: Address): string | undefined {
    const location = this.located(address);
    if (!location) return undefined;
    const name = location.frames.at(-1)!.name;
    if (location.functionStart === undefined) return name;
    const offset = address - location.functionStart;
    // A part split off below the function's entry has a negative offset.
    return offset >= 0 ? `${name}+0x${offset.toString(16)}` : `${name}-0x${(-offset).toString(16)}`;
  }

  /** Where the innermost line of the address is: `file:line`. */
  line(address: Address): string | undefined {
    if (Number.isNaN(address)) return undefined;
    const frame = this.located(address)?.frames[0];
    return frame?.file !== undefined && frame.line !== undefined ? `${frame.file}:${frame.line}` : undefined;
  }

  private located(address: Address): Location | null {
    return located(this.symbols, address, this.ahead);
  }

  modulePath(address: Address): string | undefined {
    const index = this.map.at(address);
    return index === undefined ? undefined : this.map.modules[index]!.path;
  }
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
