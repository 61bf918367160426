import type { Address } from '../../../src/address';
import type { CodeMissing, CodeSource } from '../../../src/code/code-source';
import { type DecodedCode, type Decoder, InstructionKind } from '../../../src/code/decoder';
import type { Location, SourceFrame, Symboliser } from '../../../src/symbols/symbol-table';

export interface FakeInstruction {
  readonly address: number;
  readonly length: number;
  readonly kind: InstructionKind;
  /** NaN for indirect ones. */
  readonly target: number;
}

const NEVER_FALLS_THROUGH = [InstructionKind.call, InstructionKind.ret, InstructionKind.jmp];

/** push %rbp; mov %rsp,%rbp: what instructions of one and three bytes are at the start of what is read. */
const FRAME_POINTER = [0x55, 0x48, 0x89, 0xe5];

/** Code without bytes: a table of instructions that answers as decoder, code source and symboliser. */
export class FakeProgram implements Decoder, CodeSource, Symboliser {
  readonly instructions = new Map<number, FakeInstruction>();
  readonly locations = new Map<number, Location>();
  readonly missing: { readonly start: number; readonly end: number; readonly why: CodeMissing }[] = [];
  /** Addresses whose location has been asked for, in lots. */
  readonly resolved = new Set<number>();
  lots = 0;
  private all = false;

  add(instruction: FakeInstruction, location?: Location): void {
    this.instructions.set(instruction.address, instruction);
    if (location !== undefined) this.locations.set(instruction.address, location);
  }

  read(start: Address, length: number): Uint8Array | CodeMissing {
    const hole = this.missing.find((range) => start >= range.start && start < range.end);
    if (hole !== undefined) return hole.why;
    if (!this.instructions.has(start)) return 'unmapped';
    const bytes = new Uint8Array(length);
    const mov = this.instructions.get(start + 1);
    if (this.instructions.get(start)!.length === 1 && mov?.length === 3) bytes.set(FRAME_POINTER);
    return bytes;
  }

  decode(bytes: Uint8Array, start: Address, last?: Address): DecodedCode | undefined {
    const run: FakeInstruction[] = [];
    for (let at: number = start; at - start < bytes.length; ) {
      const instruction = this.instructions.get(at);
      if (instruction === undefined) return undefined;
      run.push(instruction);
      at += instruction.length;
      const ends = NEVER_FALLS_THROUGH.includes(instruction.kind);
      if (last === undefined ? ends : instruction.address === last) return columns(start, run, at);
      if (last !== undefined && (ends || at > last)) return undefined;
    }
    return undefined;
  }

  format(_bytes: Uint8Array, address: Address): string {
    return InstructionKind[this.instructions.get(address)?.kind ?? InstructionKind.other];
  }

  lookup(address: Address): Location | null | undefined {
    return this.all || this.resolved.has(address) ? (this.locations.get(address) ?? null) : undefined;
  }

  async resolve(addresses: Iterable<Address>): Promise<void> {
    this.lots++;
    for (const address of addresses) this.resolved.add(address);
  }

  /** Makes all symbols known at once, for tests that are not about their arrival. */
  resolveAll(): this {
    this.all = true;
    return this;
  }
}

export function fakeLocation(options: {
  readonly frames: readonly SourceFrame[];
  readonly functionStart: number | undefined;
  readonly isStatement: boolean;
  readonly module?: string;
}): Location {
  const { frames, functionStart, isStatement, module } = options;
  return {
    frames,
    isStatement,
    ...(functionStart === undefined ? {} : { functionStart: functionStart as Address }),
    ...(module === undefined ? {} : { module }),
  };
}

function columns(start: Address, run: readonly FakeInstruction[], end: number): DecodedCode {
  return {
    start,
    offsets: Uint32Array.from(run, (instruction) => instruction.address - start),
    kinds: Uint8Array.from(run, (instruction) => instruction.kind),
    targets: Float64Array.from(run, (instruction) => instruction.target),
    length: end - start,
  };
}
