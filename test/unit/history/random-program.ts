import { InstructionKind } from '../../../src/code/decoder';
import { FakeProgram, fakeLocation } from './fake-program';
import type { FakeRecord } from './fake-recorder';

/** A generator of numbers in [0, 1) that repeats itself for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const FUNCTION_SIZE = 0x1000;
const FIRST = 0x10000;

/** A program of `functions` functions that loop, branch, call one another, tail call and return. */
export class RandomProgram {
  readonly program = new FakeProgram();
  readonly starts: number[] = [];
  private readonly guards = new Set<number>();

  constructor(
    private readonly next: () => number,
    functions: number,
  ) {
    for (let index = 0; index < functions; index++) this.starts.push(FIRST + index * FUNCTION_SIZE);
    const [main, ...others] = this.starts as [number, ...number[]];
    this.addMain(main);
    for (const start of others) this.addFunction(start);
  }

  /** Runs it for `count` branches from the first function; calls `record` for each. Gives the pc it then stands at. */
  run(count: number, record: (from: number, to: number) => void, deepest = 12): number {
    const stack: number[] = [];
    let pc = this.starts[0]!;
    for (let branches = 0; branches < count; ) {
      const { kind, target, length } = this.program.instructions.get(pc)!;
      const behind = pc + length;
      const from = pc;
      pc = Number.isNaN(target) ? this.pick(this.starts.slice(1)) : target;
      if (kind === InstructionKind.call) stack.push(behind);
      else if (kind === InstructionKind.ret) pc = stack.pop()!;
      else if (kind === InstructionKind.jcc) {
        const mustSkip = stack.length >= deepest && this.guards.has(from);
        if (!mustSkip && this.next() > 0.5) pc = behind;
      } else if (kind === InstructionKind.other) pc = behind;
      const falls = pc === behind && (kind === InstructionKind.other || kind === InstructionKind.jcc);
      if (falls) continue;
      record(from, pc);
      branches++;
    }
    return pc;
  }

  records(count: number): { readonly records: FakeRecord[]; readonly stopPc: number } {
    const records: FakeRecord[] = [];
    const stopPc = this.run(count, (from, to) => records.push({ from, to } as FakeRecord));
    return { records, stopPc };
  }

  private pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.next() * from.length)]!;
  }

  /** Calls any function, for ever. */
  private addMain(start: number): void {
    const location = (line: number, isStatement: boolean) =>
      fakeLocation({ frames: [{ name: 'main', file: 'main.c', line }], functionStart: start, isStatement });
    const { other, call, jmp } = InstructionKind;
    this.program.add({ address: start, length: 4, kind: other, target: Number.NaN }, location(1, true));
    this.program.add({ address: start + 4, length: 2, kind: call, target: Number.NaN }, location(2, true));
    this.program.add({ address: start + 6, length: 3, kind: other, target: Number.NaN }, location(2, false));
    this.program.add({ address: start + 9, length: 2, kind: jmp, target: start + 4 }, location(3, true));
  }

  private addFunction(start: number): void {
    const lines = this.next() < 0.8;
    const count = 8 + Math.floor(this.next() * 24);
    let at = start;
    let line = 1;
    const add = (length: number, kind: InstructionKind, target = Number.NaN) => {
      const isStatement = this.next() < 0.4;
      if (isStatement) line += Math.floor(this.next() * 3);
      const name = `f${(start - FIRST) / FUNCTION_SIZE}`;
      const frame = lines ? { name, file: `${name}.c`, line } : { name };
      const location = fakeLocation({ frames: [frame], functionStart: start, isStatement, module: 'prog' });
      this.program.add({ address: at, length, kind, target }, location);
      at += length;
    };
    const places: number[] = [];
    for (let index = 0; index < count; index++) {
      places.push(at);
      const dice = this.next();
      if (dice < 0.55) add(2 + Math.floor(this.next() * 4), InstructionKind.other);
      else if (dice < 0.8) add(2, InstructionKind.jcc, this.pick(places));
      else if (dice < 0.93) {
        // Each call can be jumped over, or recursion would not end.
        const indirect = dice > 0.9;
        this.guards.add(at);
        add(2, InstructionKind.jcc, at + (indirect ? 4 : 7));
        add(indirect ? 2 : 5, InstructionKind.call, indirect ? Number.NaN : this.pick(this.starts.slice(1)));
      } else add(2, InstructionKind.other);
    }
    // Tail calls go one way, or two functions could jump to one another for ever.
    const later = this.starts.filter((other) => other > start);
    if (later.length > 0 && this.next() < 0.2) add(5, InstructionKind.jmp, this.pick(later));
    else add(1, InstructionKind.ret);
  }
}
