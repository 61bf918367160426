import type { Address } from '../address';

/** Row of a history's module list. */
export type ModuleIndex = number & { readonly __unit: 'module index' };

/** An offset from a module's load bias: what `nm` and `objdump` print. */
export type ModuleOffset = number & { readonly __unit: 'module offset' };

/** One mapped executable file, for as long as it was mapped there. */
export interface Module {
  readonly path: string;
  /** Hex, as `file` prints it. */
  readonly buildId?: string;
  /** Lowest and one past the highest mapped address. */
  readonly start: Address;
  readonly end: Address;
  /** Map start − p_vaddr of the segment mapped there. */
  readonly bias: Address;
  /** False when it was unmapped before the stop (dlclose): addresses may since belong to another module. */
  readonly mapped: boolean;
}
