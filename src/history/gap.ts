import type { CodeMissing } from '../code/code-source';
import type { GapReason } from '../record/event';

/**
 * Why the instructions before a record are not known. Besides what recorders report ({@link GapReason}):
 * what a block's code bytes could not give, and how the record ends and begins.
 */
export type Gap =
  | GapReason
  | 'lost'
  | 'exec'
  | 'code unmapped'
  | 'code unreadable'
  | 'kernel code'
  | 'block too long'
  /** Older records were there and made room for newer ones. */
  | 'older records dropped'
  /** Older records are still being read. */
  | 'older records not read yet'
  /** Older records are there, and were not looked through for callers. */
  | 'not looked farther'
  /** The end of the block before an event without an ip. */
  | 'end not recorded'
  /** After the newest record of a thread that has exited or is running. */
  | 'not stopped';

export const MISSING_CODE: Readonly<Record<CodeMissing, Gap>> = {
  changed: 'code changed',
  unmapped: 'code unmapped',
  unreadable: 'code unreadable',
  kernel: 'kernel code',
};
