import { Event } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { type Cursor, comparePositions } from '../../../src/history/position';
import type { ThreadHistory } from '../../../src/history/thread-history';
import type { GotoArguments } from '../../../src/protocol/history';
import { messageOf, programEnded } from '../../errors';
import type { HistorySession, LiveSession } from '../history-session';
import { arrivalEvent } from './arrival-event';
import { checkArguments } from './check-arguments';
import { customRequests } from './custom-requests';
import { dapMovement, type Movement } from './dap-movement';
import { noHistory, otherThread, programRunning, threadEnded } from './errors';
import { HistoryThreads } from './history-threads';
import { type Arrival, move } from './movement';
import type { Past } from './past';
import type { Recording } from './recording';
import { pastRequests } from './requests';

type Body = DebugProtocol.Response['body'];

/**
 * The history of a debug session. While the cursor is at the live end (undefined) the live session answers; once a step
 * back has put it into the past, this does, until a movement forward reaches the live end again. The program never runs
 * meanwhile.
 */
export class RecordedSession implements HistorySession, Past {
  readonly threads = new HistoryThreads();
  cursor: Cursor | undefined;
  /** The thread that stopped the program. */
  stoppedThread: ThreadHistory | undefined;
  live!: LiveSession;
  private recorded: Recording | undefined;
  private readonly said = new Set<string>();
  private canStepBack = false;
  /** The program has run since the last stop. */
  private hasRun = true;
  /** Movements follow one another, however fast they are asked for. */
  private moves: Promise<unknown> = Promise.resolve();
  /** Movements asked for and not yet made: until then nobody knows whether the cursor is in the past. */
  private coming = 0;
  private ended = false;

  constructor(
    /** Opens the recording once the program is there; undefined when none is made. */
    private readonly open: (live: LiveSession, session: Past) => Promise<Recording | undefined>,
    /** Why there is none, when there is none. */
    readonly why: string,
  ) {}

  get recording(): Recording {
    if (this.recorded === undefined) throw noHistory(this.why);
    return this.recorded;
  }

  get hasRecording(): boolean {
    return this.recorded !== undefined;
  }

  async onLaunched(live: LiveSession): Promise<void> {
    this.live = live;
    this.recorded = await this.open(live, this);
  }

  async onStopped(threadId: number): Promise<void> {
    if (this.recorded === undefined) return;
    this.cursor = undefined;
    try {
      await this.threads.update(this.live, threadId);
      const { stopPcs } = this.threads;
      // The debugger may report a stop at which it has set the ip itself (DAP goto).
      if (this.hasRun) await this.recorded.update(this.threads.tidOf(threadId), stopPcs);
      else await this.recorded.touched(stopPcs);
      this.hasRun = false;
    } catch (error) {
      this.say(`The branch history of this stop cannot be shown: ${messageOf(error)}`);
    }
    this.stoppedThread = this.threads.historyOf(this.recorded.history, threadId);
    if (this.stoppedThread !== undefined)
      this.recorded.readAhead(this.stoppedThread).catch((error: unknown) => this.say(messageOf(error)));
    this.offerStepBack(this.recorded.history.threads.some((thread) => this.hasHistory(thread)));
    this.changed('history');
  }

  async onTouched(): Promise<void> {
    const { recorded, stoppedThread } = this;
    if (recorded === undefined || stoppedThread === undefined || this.live.isRunning) return;
    try {
      await this.threads.update(this.live, this.threads.threadIdOf(stoppedThread)!);
      if (await recorded.touched(this.threads.stopPcs)) this.changed('history');
    } catch (error) {
      this.say(`The branch history may be broken at this stop: ${messageOf(error)}`);
    }
  }

  onResumed(): void {
    this.cursor = undefined;
    this.hasRun = true;
    this.recorded?.resumed();
  }

  async onExited(): Promise<void> {
    this.ended = true;
    this.cursor = undefined;
    try {
      await this.recorded?.update(undefined, new Map());
    } catch (error) {
      this.say(`The end of the branch history cannot be shown: ${messageOf(error)}`);
    }
  }

  close(): void {
    void this.recorded?.dispose();
  }

  answer(request: DebugProtocol.Request): Promise<Body> | undefined {
    const { command } = request;
    const custom = customRequests[command];
    if (custom) return this.custom(command, request.arguments ?? {}, custom);
    const movement = dapMovement(request);
    if (movement?.direction === 'back') return this.step(movement, request.arguments ?? {});
    if (this.recorded === undefined || this.ended || this.live.isRunning) return undefined;
    if (movement && (this.cursor !== undefined || this.coming > 0))
      return this.step(movement, request.arguments ?? {});
    if (this.cursor === undefined) {
      if (isJump(request)) this.recorded.jumping(this.stoppedThread);
      return undefined;
    }
    return pastRequests[command]?.(this, this.cursor, (request.arguments ?? {}) as never);
  }

  /**
   * Moves the cursor and reports where it ended with a `stopped` event, which is sent after this has resolved, so that
   * a response to the request goes first.
   */
  async move(args: GotoArguments, reason: 'step' | 'goto'): Promise<Arrival> {
    if (this.ended) throw programEnded('A movement in the history');
    const asked = this.recording.history.threads[args.thread];
    const threadId = asked && this.threads.threadIdOf(asked);
    // The client's call stack has no place for it.
    if (asked !== undefined && threadId === undefined) throw threadEnded(asked.thread.tid);
    const arrival = await move(this, args);
    const thread = this.recording.history.threads[arrival.cursor.thread]!;
    this.cursor = arrival.body.cursor.live ? undefined : arrival.cursor;
    const event = arrivalEvent(arrival, { threadId: threadId!, reason, beginning: thread.beginning });
    setImmediate(() => {
      this.live.sendEvent(event);
      this.changed('cursor');
    });
    return arrival;
  }

  /** Drops all that has been recorded. The record that the cursor stood in is gone, too. */
  async clear(): Promise<void> {
    const { recording, threads, stoppedThread } = this;
    await recording.recorder.clear();
    recording.history.clear();
    await recording.update(stoppedThread?.thread.tid, threads.stopPcs);
    this.stoppedThread = stoppedThread && recording.history.threads[stoppedThread.index];
    this.cursor = undefined;
    this.changed('cursor');
  }

  say(text: string): void {
    this.live.sendEvent(new Event('output', { category: 'console', output: `${text}\n` }));
  }

  sayOnce(text: string): void {
    if (this.said.has(text)) return;
    this.said.add(text);
    this.say(text);
  }

  progress(done: number): void {
    this.live.sendEvent(new Event('bts/progress', { what: 'ingest', done }));
  }

  changed(what: 'history' | 'cursor' | 'recorder'): void {
    this.live.sendEvent(new Event('bts/changed', { what }));
  }

  /** DAP's movements: answered at once, reported by `stopped` when done. */
  private async step({ direction, by }: Movement, args: { readonly threadId?: number }): Promise<Body> {
    if (this.ended) throw programEnded('A movement in the history');
    if (this.recorded !== undefined && this.live.isRunning) throw programRunning();
    const thread = this.threadOf(args.threadId, direction);
    if (!this.hasHistory(thread)) throw noHistory('nothing has been recorded of this thread yet.');
    this.coming++;
    this.queued(() => this.move({ thread: thread.index, direction, by }, 'step'))
      .catch((error: unknown) => this.failed(thread, error))
      .finally(() => this.coming--);
    return by === 'breakpoint' ? { allThreadsContinued: false } : undefined;
  }

  /** The cursor belongs to one thread; a step back in another one takes it there. */
  private threadOf(threadId: number | undefined, direction: Movement['direction']): ThreadHistory {
    const { history } = this.recording;
    const current = this.cursor === undefined ? this.stoppedThread : history.threads[this.cursor.thread];
    const asked = threadId === undefined ? current : this.threads.historyOf(history, threadId);
    if (asked === undefined) throw noHistory('nothing was recorded of this thread.');
    if (direction === 'forward' && asked !== current) throw otherThread(threadId!);
    return asked;
  }

  /** Whether there is anywhere to go from the live end. */
  private hasHistory(thread: ThreadHistory): boolean {
    const chain = this.recording.history.chain(thread.index);
    const first = chain.firstPosition();
    const last = chain.lastPosition();
    return first !== undefined && last !== undefined && comparePositions(first, last) < 0;
  }

  queued<T>(action: () => Promise<T>): Promise<T> {
    const result = this.moves.then(action, action);
    this.moves = result.catch(() => undefined);
    return result;
  }

  /** A movement that could not be made leaves the cursor; the client waits for a stop all the same. */
  private failed(thread: ThreadHistory, error: unknown): void {
    this.say(`The debugger cannot move in the history: ${messageOf(error)}`);
    const threadId = this.threads.threadIdOf(thread) ?? 0;
    this.live.sendEvent(new Event('stopped', { reason: 'step', threadId, allThreadsStopped: true }));
  }

  private async custom(
    command: string,
    args: object,
    answer: (session: RecordedSession, args: never) => Promise<unknown>,
  ): Promise<Body> {
    checkArguments(command, args);
    if (this.recorded !== undefined && this.live.isRunning && !this.ended) throw programRunning();
    return this.queued(() => answer(this, args as never));
  }

  /** Takes effect in VS Code's toolbar because a `stopped` event follows. */
  private offerStepBack(can: boolean): void {
    if (can === this.canStepBack) return;
    this.canStepBack = can;
    this.live.sendEvent(new Event('capabilities', { capabilities: { supportsStepBack: can } }));
  }
}

/** GDB's command `jump`, which sets the ip and runs in one. */
function isJump({ command, arguments: args }: DebugProtocol.Request): boolean {
  return command === 'evaluate' && /^(>|-exec)?\s*j(u|um|ump)?\s/.test(args?.expression ?? '');
}
