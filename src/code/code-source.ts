import type { Address } from '../address';

/** Why code bytes cannot be had; shown as a gap, never guessed over. */
export type CodeMissing = 'unmapped' | 'changed' | 'unreadable' | 'kernel';

/** Code as it was when it ran. */
export interface CodeSource {
  /**
   * The bytes [start, start + length) of the given generation; fewer than asked when they end earlier, but at
   * least one. Generation 0 is the first code seen at an address.
   */
  read(start: Address, length: number, generation: number): Uint8Array | CodeMissing;
}
