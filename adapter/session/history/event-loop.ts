import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Scheduler } from '../../../src/history/pass';

/** Node's event loop for the passes of the history. */
export const eventLoop: Scheduler = {
  yield: () => nextTurn(),
  now: () => performance.now(),
};
