import type { DebugProtocol } from '@vscode/debugprotocol';

/**
 * What a history of branches is to a debug session. The session works without one; with one, it tells it of every stop
 * and lets it answer any request first.
 *
 * Order, of one program: `onLaunched`, then `onStopped` and `onResumed` in turn, then `onExited`; `close` once, at any
 * moment. A promise returned by `onLaunched`, `onStopped` or `onExited` is awaited before the client hears of it.
 */
export interface HistorySession {
  /**
   * GDB is connected. Under Valgrind the program stands at its first instruction; natively, GDB has just started
   * it (it may run already). Called once, when `live.pid` is known.
   */
  onLaunched(live: LiveSession): Promise<void> | void;
  /** The program stopped. Everything of `live` may be asked. The `stopped` event follows: capabilities sent here precede it. */
  onStopped(threadId: number, reason: string): Promise<void> | void;
  /** The program runs again. Never called for the short interruptions in which breakpoints are set. */
  onResumed(): void;
  /**
   * The live session has answered a request, at a stop, that may have run code in the program or moved its ip. Awaited
   * before the response is sent.
   */
  onTouched(): Promise<void> | void;
  /** The program ended; its last record is written. */
  onExited(exitCode: number): Promise<void> | void;
  /** The session ends: let go of files and processes, now. */
  close(): void;
  /**
   * Answers a request, or returns undefined to leave it to the live session. A rejection becomes an error response.
   * Asked for every request but initialize, launch, attach, configurationDone, terminate and disconnect.
   */
  answer(request: DebugProtocol.Request): Promise<DebugProtocol.Response['body']> | undefined;
}

/** What the live session offers its history. */
export interface LiveSession {
  /** Process id of the program (of Valgrind, when it runs under Valgrind). */
  readonly pid: number | undefined;
  /** The private directory of this session; removed at its end. */
  readonly runDirectory: string;
  readonly program: string | undefined;
  readonly isRunning: boolean;
  /** GDB's threads. While the program runs under Valgrind, those of the last stop. */
  liveThreads(): Promise<readonly LiveThread[]>;
  /** Address at which a thread stands. @throws when the program runs. */
  stopPc(threadId: number): Promise<bigint>;
  /** Sends a GDB/MI command and returns the result record. */
  mi<T>(command: string): Promise<T>;
  /** Runs a command of GDB's command line and returns what it printed. */
  console(command: string): Promise<string>;
  /** Runs a `monitor` command of Valgrind's gdbserver and returns its output. */
  monitor(command: string): Promise<string>;
  /** All breakpoints of the session, as GDB has them now. */
  breakpoints(): readonly LiveBreakpoint[];
  sendEvent(event: DebugProtocol.Event): void;
}

export interface LiveBreakpoint {
  /** DAP's id. */
  readonly id: number;
  readonly kind: 'source' | 'function' | 'instruction' | 'data' | 'exception';
  readonly enabled: boolean;
  /** Where it is set; none for data breakpoints and pending ones. */
  readonly addresses: readonly number[];
  readonly condition?: string;
  readonly hitCondition?: string;
  readonly logMessage?: string;
}

export interface LiveThread {
  /** GDB's global number, which DAP's threadId is. */
  readonly id: number;
  /** The kernel's thread id. */
  readonly tid: number | undefined;
  /** Valgrind's number of the thread. */
  readonly valgrindTid: number | undefined;
}
