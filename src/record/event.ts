import type { Address } from '../address';

/**
 * Any change of the user ip that is not a branch, or a hole in the record. `to` is where execution
 * goes on (where the next block begins); absent when that is not known.
 */
export type RecordEvent =
  /** The kernel delivered a signal: the block before it ends before `from`, the interrupted ip. */
  | { readonly kind: 'signal'; readonly signal: number; readonly from: Address; readonly to: Address }
  /** rt_sigreturn: `from` is the syscall instruction when known. */
  | { readonly kind: 'sigreturn'; readonly from?: Address; readonly to?: Address }
  | { readonly kind: 'exec'; readonly path?: string; readonly to?: Address }
  /** In the parent: `child` is the new process. Execution goes on behind the syscall; no block ends here. */
  | { readonly kind: 'fork'; readonly child: number }
  /** `from`: the ip where it ended, when known; like a signal's, the instruction there was not executed. */
  | { readonly kind: 'exit'; readonly status?: number; readonly from?: Address }
  /** The debugger moved the ip: jump, set $pc, or an inferior call beginning or ending. */
  | {
      readonly kind: 'debugger';
      readonly action: 'jump' | 'call' | 'return';
      readonly from?: Address;
      readonly to?: Address;
    }
  /** Records were overwritten or dropped here; `count` when it is known. */
  | { readonly kind: 'lost'; readonly count?: number; readonly to?: Address }
  /** Nothing is known about how execution came here: recording was off, began here, or the code changed. */
  | { readonly kind: 'gap'; readonly reason: GapReason; readonly to?: Address };

export type GapReason =
  | 'start'
  | 'recording off'
  | 'code changed'
  | 'not decodable'
  | 'broken chain'
  | 'unknown';
