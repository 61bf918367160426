import type { Address } from '../../address';
import type { ModuleMap } from '../../modules/module-map';
import type { FilterArguments } from '../../protocol/history';
import type { Location, SymbolTable } from '../../symbols/symbol-table';
import { BranchKind, branchKindName } from '../branch-kind';
import type { History } from '../history';
import { compilePattern } from '../pattern';
import { isResolver } from '../resolver';
import { EdgeText } from './edge-text';

/** Where a system's own libraries lie; `[vdso]` and its kin too. */
const SYSTEM_MODULE = /^(\/usr)?\/lib(32|64|x32)?\/|^\[/;

/** Code of the program itself that only leads elsewhere. */
const STUB = /@plt$|^\*ABS\*|^__x86_(indirect|return)_thunk/;

const UNKNOWN = 0;
const SHOWN = 1;
const HIDDEN = 2;

type Test = (edge: number) => boolean;

/** Which distinct edges a filter shows, decided once an edge. Throws NeedSymbols with many edges' addresses. */
export class EdgeFilter {
  private decided = new Uint8Array(0);
  private readonly tests: readonly Test[];
  private readonly text: EdgeText;

  constructor(
    private readonly history: History,
    symbols: SymbolTable,
    private readonly modules: ModuleMap,
    filter: FilterArguments,
  ) {
    this.text = new EdgeText(history, symbols);
    this.tests = this.compile(filter);
  }

  /** True when nothing is hidden: no need to ask for each. */
  get isOpen(): boolean {
    return this.tests.length === 0;
  }

  shows(edge: number): boolean {
    const decided = this.decided[edge];
    if (decided !== undefined && decided !== UNKNOWN) return decided === SHOWN;
    if (edge >= this.decided.length) {
      const grown = new Uint8Array(this.history.edges.from.length);
      grown.set(this.decided);
      this.decided = grown;
    }
    const shown = this.tests.every((test) => test(edge));
    this.decided[edge] = shown ? SHOWN : HIDDEN;
    return shown;
  }

  /** Whether {@link shows} has been asked and said no; false for events. */
  isKnownHidden(value: number): boolean {
    return this.decided[value] === HIDDEN;
  }

  /** Tests that need no symbols come first: they spare the others the asking. */
  private compile(filter: FilterArguments): Test[] {
    const { edges, facts } = this.history;
    const tests: Test[] = [];
    const { kinds, space } = filter;
    if (space !== undefined) {
      const kernel = space === 'kernel';
      tests.push((edge) => edges.from[edge]! < 0 === kernel || edges.to[edge]! < 0 === kernel);
    }
    if (kinds !== undefined) tests.push((edge) => kinds.includes(branchKindName(facts.kind(edge))));
    if (filter.hideLibraries) {
      tests.push(
        (edge) =>
          !this.isLinkage(edge) &&
          (this.isOwnCode(edges.from[edge]! as Address) || this.isOwnCode(edges.to[edge]! as Address)),
      );
    }
    this.pattern(tests, filter.function, (location) => location.frames.map((frame) => frame.name));
    this.pattern(tests, filter.file, (location) => location.frames.map((frame) => frame.file ?? ''));
    this.pattern(tests, filter.module, (location, address) => [
      location.module ?? '',
      this.modulePath(address),
    ]);
    if (filter.text !== undefined) {
      const matches = compilePattern(filter.text);
      tests.push((edge) => matches(this.text.of(edge)));
    }
    return tests;
  }

  private pattern(
    tests: Test[],
    pattern: FilterArguments['text'],
    texts: (location: Location, address: Address) => readonly string[],
  ): void {
    if (pattern === undefined) return;
    const matches = compilePattern(pattern);
    tests.push((edge) =>
      this.eitherEnd(
        edge,
        (address, location) => location !== null && texts(location, address).some(matches),
      ),
    );
  }

  private eitherEnd(edge: number, test: (address: Address, location: Location | null) => boolean): boolean {
    const { edges } = this.history;
    const from = edges.from[edge]! as Address;
    const to = edges.to[edge]! as Address;
    return test(from, this.text.location(from)) || test(to, this.text.location(to));
  }

  /** Code that cannot be assigned to a module (a JIT's) is the program's own. */
  private isOwnCode(address: Address): boolean {
    return address >= 0 && !SYSTEM_MODULE.test(this.modulePath(address)) && !this.isMachinery(address);
  }

  /** The jumps into and out of the beginning of the PLT, which has no name. */
  private isLinkage(edge: number): boolean {
    const { edges, facts } = this.history;
    if (facts.kind(edge) !== BranchKind.jmp) return false;
    const from = edges.from[edge]! as Address;
    const to = edges.to[edge]! as Address;
    return (
      (this.text.location(from) === null && this.isMachinery(to)) ||
      (this.isMachinery(from) && this.text.location(to) === null)
    );
  }

  private isMachinery(address: Address): boolean {
    const location = this.text.location(address);
    return location !== null && (isResolver(location) || STUB.test(location.frames.at(-1)!.name));
  }

  private modulePath(address: Address): string {
    const index = this.modules.at(address);
    return index === undefined ? '' : this.modules.modules[index]!.path;
  }
}
