import { formatAddress } from '../../address';
import type { ThreadBody } from '../../protocol/history';
import type { History } from '../history';

/** The threads of bts/state; the adapter adds recorder and cursor. */
export function threadBodies(history: History): ThreadBody[] {
  return history.threads.map((thread) => ({
    thread: thread.index,
    tid: thread.thread.tid,
    generation: thread.thread.generation,
    pid: thread.thread.pid,
    ...(thread.thread.name === undefined ? {} : { name: thread.thread.name }),
    records: thread.length,
    first: thread.first,
    end: thread.end,
    beginning: thread.beginning,
    ...(thread.stopPc === undefined ? {} : { stopPc: formatAddress(thread.stopPc) }),
  }));
}
