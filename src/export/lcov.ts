import type { Address } from '../address';
import { InstructionKind } from '../code/decoder';
import type { BlockIndex } from '../history/block-table';
import { BranchKind } from '../history/branch-kind';
import type { Chain } from '../history/chain';
import type { History } from '../history/history';
import { located } from '../history/need-symbols';
import { EVENT_BIT } from '../record/record';
import type { SymbolTable } from '../symbols/symbol-table';
import { type Exporter, type ExportSource, inPieces, threadsOf } from './export-source';

const PIECE = 4096;

/**
 * An lcov tracefile (geninfo(1)) of what was recorded. A line's count is the most times that one of its instructions was
 * executed; a BRDA pair is a conditional branch instruction, branch 0 taken, branch 1 not. Inlined code counts for the
 * lines it was written on. The record knows only what ran: lines and functions that did not run are not listed.
 */
export const lcov: Exporter = async function* (source, pass) {
  const counts = new ExecutionCounts(source.history);
  for (const index of threadsOf(source)) {
    const counting = counts.count(source.history.chain(index));
    yield* inPieces(source, pass, [], () => !counting.next().done);
  }
  const files = new Map<string, FileCoverage>();
  const addresses = counts.executed.keys();
  const coverage = new Coverage(source, counts, files);
  yield* inPieces(source, pass, [], () => coverage.add(addresses));
  const out: string[] = [];
  const names = [...files.keys()].sort().values();
  yield* inPieces(source, pass, out, () => {
    const next = names.next();
    if (!next.done) out.push(`TN:\nSF:${next.value}\n${files.get(next.value)!.text()}end_of_record\n`);
    return !next.done;
  });
};

/** How often each instruction was executed and each conditional branch taken. */
class ExecutionCounts {
  readonly executed = new Map<Address, number>();
  readonly taken = new Map<Address, number>();
  /** Conditional branches among the executed. */
  readonly conditional = new Set<Address>();

  constructor(private readonly history: History) {}

  /** Counts a thread's records; to be called until it is done. */
  *count(chain: Chain): Generator<void> {
    const { thread } = chain;
    const { blocks: table } = this.history;
    const blocks = new Map<BlockIndex, number>();
    const edges = new Map<number, number>();
    for (let record: number = thread.first; record <= thread.end; record++) {
      if (record % PIECE === 0) yield;
      if (chain.isDebugger(record)) continue;
      const value = record < thread.end ? thread.value(record) : EVENT_BIT;
      if (value < EVENT_BIT) edges.set(value, (edges.get(value) ?? 0) + 1);
      const block = chain.block(record);
      if (block < 0) continue;
      const executed = chain.executed(record);
      if (executed === table.instructions(block)) blocks.set(block, (blocks.get(block) ?? 0) + 1);
      else this.addBlock(block, executed, 1);
    }
    let added = 0;
    for (const [block, times] of blocks) {
      this.addBlock(block, table.instructions(block), times);
      if (++added % 256 === 0) yield;
    }
    this.addTaken(edges);
  }

  private addBlock(block: BlockIndex, instructions: number, times: number): void {
    const { blocks } = this.history;
    for (let index = 0; index < instructions; index++) {
      const address = blocks.address(block, index);
      this.executed.set(address, (this.executed.get(address) ?? 0) + times);
      if (blocks.kind(block, index) === InstructionKind.jcc) this.conditional.add(address);
    }
  }

  private addTaken(edges: ReadonlyMap<number, number>): void {
    const { facts } = this.history;
    for (const [edge, times] of edges) {
      if (facts.kind(edge) !== BranchKind.jcc) continue;
      const from = this.history.edges.from[edge]! as Address;
      this.conditional.add(from);
      this.taken.set(from, (this.taken.get(from) ?? 0) + times);
    }
  }
}

/** Sorts counts by source file and line. */
class Coverage {
  private readonly symbols: SymbolTable;
  private pending: Address | undefined;

  constructor(
    { symboliser }: ExportSource,
    private readonly counts: ExecutionCounts,
    private readonly files: Map<string, FileCoverage>,
  ) {
    this.symbols = symboliser;
  }

  /** Adds some more of the addresses; false when none is left. */
  add(addresses: Iterator<Address>): boolean {
    for (let index = 0; index < 256; index++) {
      if (this.pending === undefined) {
        const next = addresses.next();
        if (next.done) return false;
        this.pending = next.value;
      }
      this.addInstruction(this.pending);
      this.pending = undefined;
    }
    return true;
  }

  private addInstruction(address: Address): void {
    const location = located(this.symbols, address, () => this.counts.executed.keys());
    if (!location) return;
    const count = this.counts.executed.get(address)!;
    const { file, line } = location.frames[0]!;
    if (file === undefined || line === undefined) return;
    const coverage = this.file(file);
    coverage.lines.set(line, Math.max(coverage.lines.get(line) ?? 0, count));
    if (this.counts.conditional.has(address)) {
      const taken = this.counts.taken.get(address) ?? 0;
      coverage.branches.push({ line, address, taken, notTaken: Math.max(0, count - taken) });
    }
    const real = location.frames.at(-1)!;
    if (real.file === undefined || real.line === undefined) return;
    const start = location.functionStart ?? address;
    const entered = address === start ? count : 1; // 1: what ran was entered, though perhaps before the record
    this.file(real.file).addFunction(start, real.name, real.line, entered);
  }

  private file(name: string): FileCoverage {
    let file = this.files.get(name);
    if (!file) {
      file = new FileCoverage();
      this.files.set(name, file);
    }
    return file;
  }
}

class FileCoverage {
  readonly lines = new Map<number, number>();
  readonly branches: { line: number; address: Address; taken: number; notTaken: number }[] = [];
  private readonly functions = new Map<Address, { name: string; line: number; entered: number }>();

  addFunction(start: Address, name: string, line: number, entered: number): void {
    const known = this.functions.get(start);
    if (!known) this.functions.set(start, { name, line, entered });
    else {
      known.line = Math.min(known.line, line);
      known.entered = Math.max(known.entered, entered);
    }
  }

  text(): string {
    return [...this.functionLines(), ...this.branchLines(), ...this.lineLines()].join('');
  }

  private *functionLines(): Generator<string> {
    // lcov tells functions apart by name: those of one name (in other modules, or static) are one.
    const byName = new Map<string, { line: number; entered: number }>();
    for (const { name, line, entered } of this.functions.values()) {
      const known = byName.get(name);
      if (known) byName.set(name, { line: Math.min(known.line, line), entered: known.entered + entered });
      else byName.set(name, { line, entered });
    }
    const sorted = [...byName].sort(([a, { line: la }], [b, { line: lb }]) => la - lb || (a < b ? -1 : 1));
    for (const [name, { line }] of sorted) yield `FN:${line},${name}\n`;
    for (const [name, { entered }] of sorted) yield `FNDA:${entered},${name}\n`;
    yield `FNF:${sorted.length}\nFNH:${sorted.length}\n`;
  }

  private *branchLines(): Generator<string> {
    const sorted = this.branches.toSorted((a, b) => a.line - b.line || a.address - b.address);
    let line = -1;
    let site = 0;
    let hit = 0;
    for (const branch of sorted) {
      site = branch.line === line ? site + 1 : 0;
      line = branch.line;
      yield `BRDA:${line},${site},0,${branch.taken}\nBRDA:${line},${site},1,${branch.notTaken}\n`;
      hit += (branch.taken > 0 ? 1 : 0) + (branch.notTaken > 0 ? 1 : 0);
    }
    if (sorted.length > 0) yield `BRF:${sorted.length * 2}\nBRH:${hit}\n`;
  }

  private *lineLines(): Generator<string> {
    const sorted = [...this.lines].sort(([a], [b]) => a - b);
    for (const [line, count] of sorted) yield `DA:${line},${count}\n`;
    yield `LF:${sorted.length}\nLH:${sorted.length}\n`;
  }
}
