import { ThreadEvent } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { StoppedEvent } from 'cdt-gdb-adapter/dist/events/stoppedEvent';
import * as errors from '../errors';
import type { GdbBackend } from '../target/gdb-backend';
import { NativeTarget } from '../target/native-target';
import type { Target } from '../target/target';
import type { SessionConfig } from './arguments';
import { BreakpointTable } from './breakpoints/breakpoint-table';
import type { LogpointHit } from './breakpoints/logpoint';
import { DapSession } from './dap-session';
import { FrameStore } from './frame-store';
import type { HistorySession } from './history-session';
import type { LastStop, Live } from './live';
import type { MiBreakpoint, MiStopped } from './mi';
import { type MiLibrary, ModuleTable } from './module-table';
import { exitCode, stopReason } from './stop-reason';
import { VariableStore } from './variables/variable-store';

/** Turns GDB's notifications into events, and keeps what belongs to one stop. */
export abstract class GdbSession extends DapSession implements Live {
  declare gdb: GdbBackend;
  declare isRunning: boolean;
  config!: SessionConfig;
  target!: Target;
  lastStop: LastStop | undefined;
  readonly frames = new FrameStore();
  readonly variables = new VariableStore(() => this.gdb);
  readonly breakpoints = new BreakpointTable(
    () => this.gdb,
    (event) => this.sendEvent(event),
  );
  readonly modules = new ModuleTable((event) => this.sendEvent(event));
  protected history: HistorySession | undefined;
  /** Number of the temporary breakpoint of stopAtEntry. */
  protected entryBreakpoint: string | undefined;
  /** The next stop is the program's first, asked for by stopAtEntry. */
  protected atFirstInstruction = false;
  /** SIGTERM is then the user's wish, not an event to look into. */
  protected terminating = false;
  private pauseAsked = false;
  /** The next `*running` ends a pause that the client never saw. */
  private silent = false;
  private paused: Promise<unknown> = Promise.resolve();

  abstract get isLive(): boolean;
  abstract terminate(): Promise<void>;
  /** The program's process id is known. */
  protected abstract programStarted(): Promise<void>;
  protected abstract programExited(exitCode: number): Promise<void>;

  /** Ends a pause for work of our own. */
  protected override async continueIfNeeded(): Promise<void> {
    const resumes = this.pauseCount === 1 && this.waitPausedNeeded && !this.isRunning;
    if (resumes && this.pauseAsked) {
      // The user's pause fell into ours.
      this.pauseCount = 0;
      await this.reportStop(this.threads[0]?.id ?? 1, 'pause');
      return;
    }
    if (resumes) this.silent = true;
    await super.continueIfNeeded();
  }

  protected override handleGDBAsync(resultClass: string, data: MiStopped & Record<string, unknown>): void {
    if (resultClass === 'running' && this.isInitialized) {
      this.variables.reset();
      this.frames.reset();
      if (!this.silent) this.history?.onResumed();
    }
    // The base takes any signal for the interrupt it waits for, and would continue over a crash.
    const crash =
      data.reason === 'signal-received' && !['SIGINT', 'SIGTRAP', '0'].includes(data['signal-name'] ?? '');
    super.handleGDBAsync(resultClass, crash && this.waitPaused ? { ...data, reason: 'signal-crash' } : data);
    if (resultClass === 'running') this.silent = false;
  }

  /** `*running` follows `^running` on a line of its own: a request that comes between them finds the program running. */
  protected override handleGDBResult(resultClass: string, data: Record<string, unknown>): void {
    super.handleGDBResult(resultClass, data);
    if (resultClass !== 'running' || this.gdb.isNonStopMode()) return;
    for (const thread of this.threads) thread.running = true;
    this.isRunning = this.threads.length > 0;
  }

  /** Response first, then `stopped`: the answer to the command that ran the program is still on its way. */
  protected override handleGDBStopped(data: MiStopped): void {
    const record = (data.reason as string) === 'signal-crash' ? { ...data, reason: 'signal-received' } : data;
    setImmediate(() => {
      const done = /^exited/.test(record.reason ?? '')
        ? this.programExited(exitCode(record))
        : this.programStopped(record);
      done.catch((error: unknown) => this.output(`${errors.messageOf(error)}\n`, 'stderr'));
    });
  }

  private async programStopped(record: MiStopped): Promise<void> {
    if (this.terminating && record['signal-name'] === 'SIGTERM') {
      await this.gdb.sendCommand('-exec-continue');
      return;
    }
    const context = {
      pauseAsked: this.pauseAsked,
      entryBreakpoint: this.entryBreakpoint,
      hits: this.breakpoints.takeHits(),
      kindOf: (number: string) => this.breakpoints.kindOf(number),
      filterOf: (number: string) => this.breakpoints.filterOf(number),
    };
    const { reason, ...more } = this.atFirstInstruction ? { reason: 'entry' } : stopReason(record, context);
    this.atFirstInstruction = false;
    for (const id of more.hitBreakpointIds ?? []) await this.breakpoints.rearm(String(id));
    const threadId = Number(record['thread-id'] ?? (await this.gdb.queryCurrentThreadId()));
    const name = record['signal-name'];
    this.lastStop = {
      threadId,
      reason,
      signal: name && reason === 'exception' ? { name, meaning: record['signal-meaning'] ?? '' } : undefined,
      filter: record.bkptno === undefined ? undefined : this.breakpoints.filterOf(record.bkptno),
    };
    const all = record['stopped-threads'] === 'all' || !this.gdb.isNonStopMode();
    await this.reportStop(threadId, reason, { ...more, allThreadsStopped: all } as Partial<
      DebugProtocol.StoppedEvent['body']
    >);
  }

  async reportStop(
    threadId: number,
    reason: string,
    more: Partial<DebugProtocol.StoppedEvent['body']> = {},
  ): Promise<void> {
    this.pauseAsked = false;
    this.target.stopReported();
    this.variables.reset();
    this.frames.reset();
    await this.history?.onStopped(threadId, reason);
    const event = new StoppedEvent(reason, threadId, true);
    Object.assign(event.body, more);
    this.sendEvent(event);
  }

  /** The base's own stops (a command that failed after it had begun to run). */
  protected override sendStoppedEvent(reason: string, threadId: number): void {
    void this.reportStop(threadId, reason);
  }

  protected override sendContinuedEvent(threadId: number, allThreadsContinued?: boolean): void {
    if (!this.silent) super.sendContinuedEvent(threadId, allThreadsContinued);
  }

  protected override handleGDBNotify(what: string, data: Record<string, string>): void {
    switch (what) {
      case 'breakpoint-created':
      case 'breakpoint-modified':
      case 'breakpoint-deleted':
        this.breakpoints.notified(what, data as { bkpt?: MiBreakpoint; id?: string });
        return;
      case 'library-loaded':
        this.modules.loaded(data as unknown as MiLibrary);
        return;
      case 'library-unloaded':
        this.modules.unloaded(data as unknown as MiLibrary);
        return;
      case 'thread-group-started':
        if (this.target instanceof NativeTarget && this.target.pid === undefined) {
          this.target.setPid(Number(data['pid']));
          void this.programStarted();
        }
        return;
      case 'thread-created':
      case 'thread-exited':
        super.handleGDBNotify(what, data);
        this.sendEvent(new ThreadEvent(what === 'thread-created' ? 'started' : 'exited', Number(data['id'])));
        return;
      case 'memory-changed':
      case 'record-started':
      case 'record-stopped':
      case 'traceframe-changed':
      case 'tsv-created':
        return;
      default:
        super.handleGDBNotify(what, data);
    }
  }

  /** What our Python in GDB sends. */
  protected fromGdb(name: string, data: unknown): void {
    if (name === 'logpoint') this.output(`${(data as LogpointHit).text}\n`);
  }

  whilePaused<T>(action: () => Promise<T>): Promise<T> {
    const run = async () => {
      if (this.isRunning) this.gdb.hold();
      await this.pauseIfNeeded();
      // The base resumes only after an interrupt of its own; any other stop is the user's to see.
      this.gdb.release(!this.waitPausedNeeded);
      try {
        return await action();
      } finally {
        await this.continueIfNeeded();
      }
    };
    const result = this.paused.then(run, run);
    this.paused = result.catch(() => undefined);
    return result;
  }

  pauseByUser(threadId: number): void {
    const nonStop = this.gdb.isNonStopMode();
    // In non-stop mode "running" is a thread's own matter.
    if (nonStop ? this.threads.find((t) => t.id === threadId)?.running !== true : !this.isRunning) {
      if (this.gdb.isBusy) this.gdb.interruptCommand();
      return;
    }
    this.pauseAsked = true;
    this.gdb.pause(nonStop ? threadId : undefined);
  }
}
