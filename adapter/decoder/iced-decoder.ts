import {
  Code,
  DecoderOptions,
  FlowControl,
  Decoder as IcedBytes,
  Instruction as IcedInstruction,
} from 'iced-x86';
import type { Address } from '../../src/address';
import { type DecodedCode, type Decoder, InstructionKind } from '../../src/code/decoder';
import { GdbFormatter } from './gdb-formatter';

const MAX_INSTRUCTION = 15;

/**
 * {@link Decoder} over iced-x86 for 64-bit code, with Intel's reading of the few encodings on which Intel and
 * AMD differ. Nothing in here survives a call but one reused instruction, so WebAssembly memory stays flat.
 */
export class IcedDecoder implements Decoder {
  private readonly instruction = new IcedInstruction();
  private readonly formatter = new GdbFormatter();
  // Columns of the block under decoding, copied out at its end.
  private offsets = new Uint32Array(256);
  private kinds = new Uint8Array(256);
  private targets = new Float64Array(256);

  constructor() {
    // iced makes its tables at the first instruction: that takes tens of milliseconds, which the first stop has not got.
    this.decode(Uint8Array.of(0xc3), 0 as Address);
  }

  /**
   * As {@link Decoder.decode}. A call, jmp or ret before `last` makes it undefined too: no execution runs through
   * one, so the bytes are not those that ran or the two records do not belong together.
   */
  decode(bytes: Uint8Array, start: Address, last?: Address): DecodedCode | undefined {
    if (last !== undefined && (last < start || last >= start + bytes.length)) return undefined;
    // iced copies what it is given: hand over no more than the block can need.
    const needed = last === undefined ? bytes : bytes.subarray(0, last - start + MAX_INSTRUCTION);
    const iced = new IcedBytes(64, needed, DecoderOptions.None);
    try {
      iced.ip = BigInt(start);
      return this.decodeRun(iced, start, last);
    } finally {
      iced.free();
    }
  }

  format(bytes: Uint8Array, address: Address, flavour: 'att' | 'intel'): string {
    const iced = new IcedBytes(64, bytes.subarray(0, MAX_INSTRUCTION), DecoderOptions.None);
    try {
      iced.ip = BigInt(address);
      iced.decodeOut(this.instruction);
      return this.formatter.format(this.instruction, flavour);
    } finally {
      iced.free();
    }
  }

  private decodeRun(iced: IcedBytes, start: Address, last: Address | undefined): DecodedCode | undefined {
    const instruction = this.instruction;
    let offset = 0;
    let count = 0;
    while (iced.canDecode) {
      iced.decodeOut(instruction);
      const code = instruction.code;
      if (code === Code.INVALID) return undefined;
      if (count === this.offsets.length) this.grow();
      const flow = instruction.flowControl;
      const kind = kindOf(flow, code);
      this.offsets[count] = offset;
      this.kinds[count] = kind;
      this.targets[count] = hasDirectTarget(flow, code) ? signed(instruction.nearBranchTarget) : Number.NaN;
      count++;
      const address = start + offset;
      offset += instruction.length;
      if (address === last) return this.result(start, count, offset);
      if (neverFallsThrough(kind, flow)) {
        return last === undefined ? this.result(start, count, offset) : undefined;
      }
      if (last !== undefined && start + offset > last) return undefined;
    }
    return undefined;
  }

  private result(start: Address, count: number, length: number): DecodedCode {
    return {
      start,
      offsets: this.offsets.slice(0, count),
      kinds: this.kinds.slice(0, count),
      targets: this.targets.slice(0, count),
      length,
    };
  }

  private grow(): void {
    const { offsets, kinds, targets } = this;
    this.offsets = new Uint32Array(offsets.length * 2);
    this.offsets.set(offsets);
    this.kinds = new Uint8Array(kinds.length * 2);
    this.kinds.set(kinds);
    this.targets = new Float64Array(targets.length * 2);
    this.targets.set(targets);
  }
}

function kindOf(flow: FlowControl, code: Code): InstructionKind {
  switch (flow) {
    case FlowControl.Next:
      return InstructionKind.other;
    case FlowControl.ConditionalBranch:
      return InstructionKind.jcc;
    case FlowControl.Call:
      // iced says "call" of everything that enters the kernel or the hypervisor; none of it pushes a return
      // address. sysenter does not come back to the next instruction, so it is no syscall here.
      if (code === Code.Syscall) return InstructionKind.syscall;
      return code === Code.Call_rel32_64 || code === Code.Call_rel16
        ? InstructionKind.call
        : InstructionKind.far;
    case FlowControl.IndirectCall:
      return isFarIndirect(code) ? InstructionKind.far : InstructionKind.call;
    case FlowControl.UnconditionalBranch:
      return InstructionKind.jmp;
    case FlowControl.IndirectBranch:
      return isFarIndirect(code) ? InstructionKind.far : InstructionKind.jmp;
    case FlowControl.Return:
      return isNearReturn(code) ? InstructionKind.ret : InstructionKind.far;
    case FlowControl.Interrupt:
      // int $0x80 is a system call; int3 and other traps come back to the next instruction or raise a signal.
      return code === Code.Int_imm8 ? InstructionKind.syscall : InstructionKind.other;
    case FlowControl.XbeginXabortXend:
      return InstructionKind.far;
    default:
      return InstructionKind.other; // ud0, ud1, ud2: raise a signal
  }
}

function neverFallsThrough(kind: InstructionKind, flow: FlowControl): boolean {
  switch (kind) {
    case InstructionKind.call:
    case InstructionKind.ret:
    case InstructionKind.jmp:
      return true;
    case InstructionKind.far:
      return flow !== FlowControl.XbeginXabortXend;
    default:
      return flow === FlowControl.Exception;
  }
}

function hasDirectTarget(flow: FlowControl, code: Code): boolean {
  switch (flow) {
    case FlowControl.ConditionalBranch:
    case FlowControl.UnconditionalBranch:
      return true;
    case FlowControl.Call:
      return code === Code.Call_rel32_64 || code === Code.Call_rel16;
    case FlowControl.XbeginXabortXend:
      return code === Code.Xbegin_rel32 || code === Code.Xbegin_rel16;
    default:
      return false;
  }
}

function isNearReturn(code: Code): boolean {
  switch (code) {
    case Code.Retnq:
    case Code.Retnq_imm16:
    case Code.Retnw:
    case Code.Retnw_imm16:
      return true;
    default:
      return false;
  }
}

function isFarIndirect(code: Code): boolean {
  switch (code) {
    case Code.Call_m1616:
    case Code.Call_m1632:
    case Code.Call_m1664:
    case Code.Jmp_m1616:
    case Code.Jmp_m1632:
    case Code.Jmp_m1664:
      return true;
    default:
      return false;
  }
}

function signed(address: bigint): number {
  return Number(BigInt.asIntN(64, address));
}
