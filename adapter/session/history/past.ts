import type { Chain } from '../../../src/history/chain';
import type { Cursor } from '../../../src/history/position';
import type { LiveSession } from '../history-session';
import type { HistoryThreads } from './history-threads';
import type { Recording } from './recording';

/** What a request of the past works on: the recording, and where in it the user is. */
export interface Past {
  readonly live: LiveSession;
  readonly recording: Recording;
  readonly threads: HistoryThreads;
  /** Where the user is; undefined at the live end. */
  readonly cursor: Cursor | undefined;
  /** A console message, once a session for each `text`. */
  sayOnce(text: string): void;
  say(text: string): void;
  /** Part of the older records read, 0 to 1. */
  progress(done: number): void;
}

export function chainOf(past: Past, cursor: Cursor): Chain {
  return past.recording.history.chain(cursor.thread);
}
