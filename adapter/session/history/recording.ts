import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from '../../../src/address';
import type { BtraceMetadata } from '../../../src/btrace/btrace-format';
import type { Decoder } from '../../../src/code/decoder';
import { History } from '../../../src/history/history';
import type { Ingest } from '../../../src/history/ingest';
import { Cancelled, type Pass } from '../../../src/history/pass';
import { newestAddresses } from '../../../src/history/rows/newest-addresses';
import type { ThreadHistory } from '../../../src/history/thread-history';
import type { Module } from '../../../src/modules/module';
import { ModuleMap } from '../../../src/modules/module-map';
import type { Recorder } from '../../recorder/recorder';
import type { GdbSymboliser } from '../../symbols/gdb-symboliser';
import { eventLoop } from './event-loop';

/** When to look what a running program has mapped: milliseconds after the look before. */
const LOOKS = [0, 100, 200, 400, 800, 1600];
/** Symbols of so many modules, the first to be mapped, are read before they are asked for. */
const PREPARED = 16;
/** A page of 200 rows seldom has more distinct addresses. */
const FIRST_ADDRESSES = 384;

/** What is recorded of the program, brought up to date at each stop. */
export class Recording {
  readonly history: History;
  modules = new ModuleMap([]);
  /** Part of the older records read, 0 to 1. */
  loaded = 1;
  private ingest: Ingest | undefined;
  private rest: Promise<void> = Promise.resolve();
  private readonly cancellation = { cancelled: false };
  /** Counts the program's stops and resumptions. */
  private turn = 0;

  constructor(
    readonly recorder: Recorder,
    readonly symboliser: GdbSymboliser,
    decoder: Decoder,
    /** Part of the older records read. */
    private readonly progress: (done: number) => void,
    /** For saved files: what does not change during the session. */
    readonly metadata: Pick<BtraceMetadata, 'program' | 'args' | 'startedAt'>,
  ) {
    this.history = new History({ decoder, code: recorder.code, records: recorder.records });
  }

  /** A pass that belongs to nobody's request: it runs to its end. */
  get pass(): Pass {
    return { scheduler: eventLoop };
  }

  /**
   * Takes what is new at a stop: the newest records of thread `tid` now, all others behind the event loop.
   *
   * @param stopPcs by kernel thread id
   */
  async update(tid: number | undefined, stopPcs: ReadonlyMap<number, Address>): Promise<void> {
    this.turn++;
    await this.finish();
    const ingest = this.history.ingest(await this.recorder.snapshot(stopPcs));
    this.ingest = ingest;
    this.setModules(await this.recorder.modules());
    const thread = tid === undefined ? undefined : this.history.find(tid);
    if (thread !== undefined) ingest.tail(thread);
    this.cancellation.cancelled = false;
    this.loaded = 0;
    this.rest = this.readRest(ingest);
  }

  /**
   * The debugger may have changed something at a stop: called a function of the program, or set the ip. What was recorded
   * meanwhile becomes a `debugger` call; a thread that only stands elsewhere now, a jump. @returns whether there was any.
   */
  async touched(stopPcs: ReadonlyMap<number, Address>): Promise<boolean> {
    await this.finish();
    const before = new Map(this.history.threads.map((thread) => [thread, thread.stopPc]));
    const { threads } = await this.recorder.snapshot(stopPcs);
    const called = new Map<ThreadHistory, Address | undefined>();
    for (const { thread: recorded, stopPc, estimate } of threads) {
      const thread = this.history.find(recorded.tid, recorded.generation);
      const from = thread && before.get(thread);
      if (thread === undefined || from === undefined) continue;
      if (estimate > 0) {
        called.set(thread, stopPc);
        thread.appendEvent({ kind: 'debugger', action: 'call', from });
      } else if (stopPc !== undefined && stopPc !== from) {
        thread.appendEvent({ kind: 'debugger', action: 'jump', from, to: stopPc });
        thread.stopPc = stopPc;
      }
    }
    if (called.size > 0) await this.history.ingest({ threads }).rest(this.pass);
    for (const [thread, to] of called)
      thread.appendEvent({ kind: 'debugger', action: 'return', ...(to === undefined ? {} : { to }) });
    return called.size > 0 || [...before].some(([thread, pc]) => thread.stopPc !== pc);
  }

  /** The thread goes on somewhere else than where it stands, and GDB does not say where. */
  jumping(thread: ThreadHistory | undefined): void {
    if (thread?.stopPc !== undefined)
      thread.appendEvent({ kind: 'debugger', action: 'jump', from: thread.stopPc });
  }

  /** Gives up the older records that have not been read: the program runs on and overwrites them. */
  resumed(): void {
    this.cancellation.cancelled = true;
    this.ingest?.cancel();
    this.ingest = undefined;
    for (const thread of this.history.threads) thread.stopPc = undefined;
    void this.prepareSymbols();
  }

  /** While the program runs: has the symbols of what it maps read, for GDB takes longer than the next stop may. */
  async prepareSymbols(): Promise<void> {
    const turn = ++this.turn;
    for (const pause of LOOKS) {
      await sleep(pause, undefined, { ref: false });
      if (turn !== this.turn) return;
      try {
        const modules = await this.recorder.modules();
        await this.symboliser.prepare(modules.filter(({ mapped }) => mapped).slice(0, PREPARED));
      } catch {
        return; // the next stop meets the same, and says it
      }
    }
  }

  /**
   * Asks for the symbols of the newest branches before anybody else does. Rejects with the symboliser's error, which
   * those who ask later do not get again.
   */
  readAhead(thread: ThreadHistory): Promise<void> {
    return this.symboliser.resolve(newestAddresses(this.history.chain(thread.index), FIRST_ADDRESSES));
  }

  /** Resolves when all records are read, or given up. */
  finish(): Promise<void> {
    return this.rest;
  }

  async dispose(): Promise<void> {
    this.turn++;
    this.cancellation.cancelled = true;
    await this.rest;
    this.recorder.close();
    await this.symboliser.dispose();
  }

  /** Lists that were made with a module map last as long as it does: it changes only when a module came or went. */
  private setModules(modules: readonly Module[]): void {
    const same =
      modules.length === this.modules.modules.length &&
      this.modules.modules.every(
        ({ path, start, mapped }, at) =>
          path === modules[at]!.path && start === modules[at]!.start && mapped === modules[at]!.mapped,
      );
    if (same) return;
    this.modules = new ModuleMap(modules);
    this.symboliser.setModules(modules);
  }

  private async readRest(ingest: Ingest): Promise<void> {
    const progress = (done: number) => {
      this.loaded = done;
      this.progress(done);
    };
    try {
      await ingest.rest({ scheduler: eventLoop, progress, cancellation: this.cancellation });
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
    } finally {
      this.loaded = 1;
    }
  }
}
