import type { DebugProtocol } from '@vscode/debugprotocol';
import type { GdbBackend } from '../target/gdb-backend';
import type { Target } from '../target/target';
import type { SessionConfig } from './arguments';
import type { BreakpointTable } from './breakpoints/breakpoint-table';
import type { FrameStore } from './frame-store';
import type { ModuleTable } from './module-table';
import type { VariableStore } from './variables/variable-store';

/** What a request of the live session works on. */
export interface Live {
  readonly config: SessionConfig;
  readonly gdb: GdbBackend;
  readonly target: Target;
  readonly frames: FrameStore;
  readonly variables: VariableStore;
  readonly breakpoints: BreakpointTable;
  readonly modules: ModuleTable;
  readonly lastStop: LastStop | undefined;
  readonly isLive: boolean;
  readonly isRunning: boolean;
  /** Runs an action with the program stopped: interrupts and continues it, unseen by the client, when it runs. */
  whilePaused<T>(action: () => Promise<T>): Promise<T>;
  /** Reports a stop at which the program already stands. */
  reportStop(
    threadId: number,
    reason: string,
    more?: Partial<DebugProtocol.StoppedEvent['body']>,
  ): Promise<void>;
  /** The next interrupt is the user's. */
  pauseByUser(threadId: number): void;
  output(text: string, category?: 'console' | 'important' | 'stdout' | 'stderr'): void;
  sendEvent(event: DebugProtocol.Event): void;
  /** Ends the program as its user would: SIGTERM, and SIGKILL when that does not help. */
  terminate(): Promise<void>;
}

/** Why and where the program last stopped. */
export interface LastStop {
  readonly threadId: number;
  readonly reason: string;
  readonly signal: { readonly name: string; readonly meaning: string } | undefined;
  /** Id of the exception filter that stopped it. */
  readonly filter: string | undefined;
}

/** One request: from its arguments to the body of its response. What it throws becomes the error response. */
export type RequestHandler<A = never, B = unknown> = (live: Live, args: A) => Promise<B>;
