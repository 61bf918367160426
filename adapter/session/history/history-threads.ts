import type { Address } from '../../../src/address';
import type { History } from '../../../src/history/history';
import type { ThreadHistory } from '../../../src/history/thread-history';
import type { LiveSession, LiveThread } from '../history-session';

/** GDB's threads and the recorded ones of one stop. DAP's threadId is GDB's number; a recording knows kernel ids. */
export class HistoryThreads {
  private live: readonly LiveThread[] = [];
  private stopped: { readonly threadId: number; readonly pc: Address } | undefined;

  /** Asks GDB for the threads of a stop. Other threads' places the recorder knows, or nobody does. */
  async update(live: LiveSession, threadId: number): Promise<void> {
    this.live = await live.liveThreads();
    const pc = await live.stopPc(threadId);
    this.stopped = { threadId, pc: Number(BigInt.asIntN(64, pc)) as Address };
  }

  /** By kernel thread id. */
  get stopPcs(): ReadonlyMap<number, Address> {
    const tid = this.stopped && this.tidOf(this.stopped.threadId);
    return tid === undefined ? new Map() : new Map([[tid, this.stopped!.pc]]);
  }

  tidOf(threadId: number): number | undefined {
    return this.live.find((thread) => thread.id === threadId)?.tid;
  }

  historyOf(history: History, threadId: number): ThreadHistory | undefined {
    const tid = this.tidOf(threadId);
    return tid === undefined ? undefined : history.find(tid);
  }

  /** DAP's threadId of a recorded thread; undefined once it has exited. */
  threadIdOf(thread: ThreadHistory): number | undefined {
    return this.live.find(({ tid }) => tid === thread.thread.tid)?.id;
  }
}
