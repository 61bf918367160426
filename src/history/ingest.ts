import type { Pass } from './pass';
import { Cancelled } from './pass';
import type { ThreadHistory } from './thread-history';
import type { ThreadIngest } from './thread-ingest';

/**
 * One snapshot on its way into the history: {@link tail} at the stop, {@link rest} behind it. Before the program runs
 * on, either the rest has been awaited or {@link cancel} called: the recorder overwrites what was not read.
 */
export class Ingest {
  constructor(private readonly threads: ReadonlyMap<ThreadHistory, ThreadIngest>) {}

  /** Takes the newest records (a slice; at most a few) of one thread, synchronously. */
  tail(thread: ThreadHistory): void {
    this.threads.get(thread)?.tail();
  }

  /** Takes all that is left: every thread's tail, then the older slices. Throws Cancelled, having cancelled. */
  async rest(pass: Pass): Promise<void> {
    const ingests = [...this.threads.values()];
    const total = ingests.reduce((sum, ingest) => sum + ingest.remaining, 0);
    for (const ingest of ingests) {
      ingest.tail();
      await this.turn(pass, total);
    }
    for (const ingest of ingests) {
      while (!ingest.finished) {
        ingest.step();
        await this.turn(pass, total);
      }
    }
    pass.progress?.(1);
  }

  /** Gives up what has not been read; every thread's tail is taken all the same. */
  cancel(): void {
    for (const ingest of this.threads.values()) ingest.cancel();
  }

  private async turn(pass: Pass, total: number): Promise<void> {
    const left = [...this.threads.values()].reduce((sum, ingest) => sum + ingest.remaining, 0);
    // The recorder's estimate is a least one: there may be more to come when nothing of it is left.
    if (left > 0) pass.progress?.(1 - left / total);
    await pass.scheduler.yield();
    if (pass.cancellation?.cancelled) {
      this.cancel();
      throw new Cancelled();
    }
  }
}
