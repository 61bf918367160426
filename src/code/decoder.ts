import type { Address } from '../address';

/** What an instruction does to the ip, from its bytes. `syscall` and `other` fall through. */
export enum InstructionKind {
  other = 0,
  call = 1,
  ret = 2,
  jmp = 3,
  jcc = 4,
  syscall = 5,
  /** iret, far transfers, xbegin and the like: a branch that is none of the above. */
  far = 6,
}

/** Instructions of a decoded run of code, as columns of equal length. */
export interface DecodedCode {
  readonly start: Address;
  /** Byte offset of each instruction from `start`. */
  readonly offsets: Uint32Array;
  /** {@link InstructionKind} of each. */
  readonly kinds: Uint8Array;
  /** Direct target of each branch; NaN for indirect ones and for what is no branch. */
  readonly targets: Float64Array;
  /** Bytes decoded in all. */
  readonly length: number;
}

/** Implemented over iced-x86 in the adapter. */
export interface Decoder {
  /**
   * Decodes `bytes` from `start` until `last` has been decoded (the address of the block's last instruction),
   * or up to and with the first instruction that never falls through when `last` is absent. Returns
   * undefined when the bytes cannot be decoded or no instruction starts at `last`.
   */
  decode(bytes: Uint8Array, start: Address, last?: Address): DecodedCode | undefined;
  /** One instruction as text in GDB's AT&T or Intel flavour. */
  format(bytes: Uint8Array, address: Address, flavour: 'att' | 'intel'): string;
}
