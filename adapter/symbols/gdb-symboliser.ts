import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Address } from '../../src/address';
import type { Module } from '../../src/modules/module';
import { ModuleMap } from '../../src/modules/module-map';
import type { Location, Symboliser } from '../../src/symbols/symbol-table';
import { gdbMissing } from '../errors';
import { gdbWithoutPython, symbolsLost } from './errors';
import { GdbSymbolProcess, SymbolProcessEnded } from './gdb-symbol-process';
import { SymbolFiles } from './symbol-file';
import { SymbolStacks } from './symbol-stacks';

export interface GdbSymboliserOptions {
  /** Path or name of GDB. */
  readonly gdb?: string;
  /** Build path to local path, as GDB's substitute-path. */
  readonly sourceFileMap?: Readonly<Record<string, string>>;
  /** Whether GDB may download debug information; a download holds up every answer. */
  readonly debuginfod?: 'on' | 'off';
  /** How long GDB may take for one answer. Milliseconds. */
  readonly timeout?: number;
}

/**
 * A module's symbols live in GDB at a place of their own, far from all others, and not where the program had
 * them: so modules that were at the same address at different times do not hide each other.
 */
const SLOT_SIZE = 2 ** 33;

/** Addresses asked about at once: GDB takes 30 to 250 ms for them. */
const CHUNK = 4096;

/** A module of the list with what is known of its addresses. */
interface PlacedModule {
  readonly module: Module;
  readonly known: Map<Address, Location | null>;
  stacks: SymbolStacks | undefined;
  /** Set once it is clear that no symbols are to be had. */
  hopeless: boolean;
}

/**
 * Symbols from a GDB process of our own, started at the first question or by {@link GdbSymboliser.prepare}. Modules
 * are given to it when an address in them is first asked about, so a program with thousands of libraries costs
 * nothing for those it never ran.
 *
 * When GDB ends unasked it is started once more. When that one ends too, {@link resolve} rejects once with the
 * error to show; after that every address that is not known answers `null` and nothing is asked any more.
 */
export class GdbSymboliser implements Symboliser {
  private map = new ModuleMap([]);
  private placed: PlacedModule[] = [];
  private process: GdbSymbolProcess | undefined;
  /** What the present process has loaded: symbol file to its slot's base. */
  private slots = new Map<string, Promise<number | undefined>>();
  private readonly files = new SymbolFiles();
  private readonly problemsByPath = new Map<string, string>();
  private restarted = false;
  private lastEnd: SymbolProcessEnded | undefined;
  private failed = false;
  private disposed = false;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: GdbSymboliserOptions = {}) {}

  /** The modules the addresses are in, from now on. What is known of modules that stay where they are is kept. */
  setModules(modules: readonly Module[]): void {
    const old = new Map(this.placed.map((placed) => [identity(placed.module), placed]));
    this.placed = modules.map(
      (module) =>
        old.get(identity(module)) ?? { module, known: new Map(), stacks: undefined, hopeless: false },
    );
    this.map = new ModuleMap(modules);
  }

  lookup(address: Address): Location | null | undefined {
    const index = this.map.at(address);
    if (index === undefined) return null; // generated code, or no module was ever known there
    const { known, hopeless } = this.placed[index]!;
    const location = known.get(address);
    return location === undefined && (hopeless || this.failed) ? null : location;
  }

  /** Has GDB read these modules' symbols before anybody waits for them. What fails here fails again when asked about. */
  async prepare(modules: readonly Module[]): Promise<void> {
    try {
      for (const module of modules) {
        if (this.failed || this.disposed) return;
        if (this.slots.has(slotKey(module))) continue;
        const offset = await this.offsetOf(module);
        // GDB puts off some of the reading until the first question.
        if (offset !== undefined) await this.running().addresses([module.start - module.bias + offset]);
      }
    } catch (error) {
      if (!(error instanceof SymbolProcessEnded)) throw error;
    }
  }

  async resolve(addresses: Iterable<Address>): Promise<void> {
    const wanted = await this.unknown(addresses);
    for (const [placed, unknown] of wanted) {
      for (let start = 0; start < unknown.length && !placed.hopeless; start += CHUNK) {
        if (this.failed || this.disposed) return;
        const chunk = unknown.slice(start, start + CHUNK);
        // In turn, as GDB answers: by then an earlier question may have answered this one.
        const answered = this.turn.then(() => this.retried(() => this.ask(placed, chunk)));
        this.turn = answered.catch(() => undefined);
        await answered;
      }
    }
  }

  /** Modules whose symbols could not be read, and why: path to reason. */
  get problems(): ReadonlyMap<string, string> {
    return this.problemsByPath;
  }

  /** The process id of GDB while it runs. */
  get gdbPid(): number | undefined {
    return this.process?.pid;
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    this.process?.dispose();
    await this.files.dispose();
  }

  /** The distinct addresses that have no answer yet, by module. */
  private async unknown(addresses: Iterable<Address>): Promise<Map<PlacedModule, Address[]>> {
    const sets = new Map<PlacedModule, Set<Address>>();
    let seen = 0;
    for (const address of addresses) {
      if (++seen % 16_384 === 0) await nextTurn();
      const index = this.map.at(address);
      const placed = index === undefined ? undefined : this.placed[index]!;
      if (!placed || placed.hopeless || placed.known.has(address)) continue;
      const set = sets.get(placed);
      if (set) set.add(address);
      else sets.set(placed, new Set([address]));
    }
    return new Map([...sets].map(([placed, set]) => [placed, [...set]]));
  }

  private async ask(placed: PlacedModule, wanted: readonly Address[]): Promise<void> {
    const { module, known } = placed;
    const addresses = wanted.filter((address) => !known.has(address));
    if (addresses.length === 0) return;
    const process = this.running();
    const offset = await this.offsetOf(module);
    if (offset === undefined) {
      placed.hopeless = true;
      return;
    }
    const shift = offset - module.bias;
    const answers = await process.addresses(addresses.map((address) => address + shift));
    if (placed.stacks?.tables !== process.tables) {
      placed.stacks = new SymbolStacks(process.tables, shift, basename(module.path));
    }
    addresses.forEach((address, at) => {
      known.set(address, placed.stacks!.location(answers[at]!));
    });
  }

  /** What to add to the module's own addresses in GDB; undefined when its symbols cannot be read. */
  private async offsetOf(module: Module): Promise<number | undefined> {
    const key = slotKey(module);
    let slot = this.slots.get(key);
    if (!slot) {
      slot = this.load(module, (1 + this.slots.size) * SLOT_SIZE);
      this.slots.set(key, slot);
    }
    const base = await slot;
    return base === undefined ? undefined : base - lowestVirtualAddress(module);
  }

  private async load(module: Module, base: number): Promise<number | undefined> {
    const process = this.running();
    const file = await this.files.find(module);
    const problem =
      'problem' in file
        ? file.problem
        : await process.addModule(file.path, base - lowestVirtualAddress(module));
    if (problem === undefined) return base;
    this.problemsByPath.set(module.path, problem);
    return undefined;
  }

  private running(): GdbSymbolProcess {
    if (!this.process) {
      const { gdb = 'gdb', timeout = 120_000 } = this.options;
      this.process = new GdbSymbolProcess({ gdb, timeout, setup: setupCommands(this.options) });
    }
    return this.process;
  }

  /** Does the work again with a new process when the one it began with has ended. */
  private async retried(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (this.disposed) return;
        if (!(error instanceof SymbolProcessEnded)) throw error;
        // Questions of several callers fail with the same end: it is dealt with once.
        if (error !== this.lastEnd) this.dealWith(error);
        if (this.failed) return;
      }
    }
  }

  private dealWith(end: SymbolProcessEnded): void {
    const { gdb = 'gdb' } = this.options;
    this.lastEnd = end;
    this.process = undefined;
    this.slots = new Map();
    if (end.wasUp && !this.restarted) {
      this.restarted = true;
      return;
    }
    this.failed = true;
    if (this.restarted) throw symbolsLost(end.how, end.said);
    throw end.notFound ? gdbMissing(gdb) : gdbWithoutPython(gdb, end.said || end.how);
  }
}

/** Of {@link GdbSymboliser.slots}: a file's symbols are read once, wherever it is mapped. */
function slotKey({ path, buildId }: Module): string {
  return `${path}\0${buildId ?? ''}`;
}

function identity({ path, buildId, start, end, bias }: Module): string {
  return `${path}\0${buildId ?? ''}\0${start}\0${end}\0${bias}`;
}

function lowestVirtualAddress(module: Module): number {
  return module.start - module.bias;
}

function setupCommands({ sourceFileMap = {}, debuginfod = 'off' }: GdbSymboliserOptions): string[] {
  const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
  return [
    'set confirm off',
    'set auto-load off', // scripts beside a program are no business of a symbol table's
    'set architecture i386:x86-64',
    'set print asm-demangle on',
    `set debuginfod enabled ${debuginfod}`,
    ...Object.entries(sourceFileMap).map(([from, to]) => `set substitute-path ${quoted(from)} ${quoted(to)}`),
  ];
}
