import type { DebugProtocol } from '@vscode/debugprotocol';
import type { GdbBackend } from '../target/gdb-backend';
import type { RunDirectory } from '../target/run-directory';
import type { Target } from '../target/target';
import type { SessionConfig } from './arguments';
import type { BreakpointTable } from './breakpoints/breakpoint-table';
import type { LiveBreakpoint, LiveSession, LiveThread } from './history-session';

interface MiThread {
  readonly id: string;
  readonly 'target-id'?: string;
  readonly name?: string;
  readonly details?: string;
}

/** The live session as its history sees it. */
export class HistoryLink implements LiveSession {
  private threads: readonly LiveThread[] = [];

  constructor(
    private readonly session: {
      readonly gdb: GdbBackend;
      readonly target: Target;
      readonly config: SessionConfig;
      readonly isRunning: boolean;
      readonly breakpoints: BreakpointTable;
      sendEvent(event: DebugProtocol.Event): void;
    },
    private readonly directory: RunDirectory,
  ) {}

  get pid(): number | undefined {
    return this.session.target.pid;
  }

  get runDirectory(): string {
    return this.directory.path;
  }

  get program(): string | undefined {
    return this.session.config.program;
  }

  get isRunning(): boolean {
    return this.session.isRunning;
  }

  async liveThreads(): Promise<readonly LiveThread[]> {
    if (this.isRunning && this.session.target.isRemote) return this.threads;
    const { threads } = await this.session.gdb.sendCommand<{ threads: MiThread[] }>('-thread-info');
    this.threads = threads.map(readThread);
    return this.threads;
  }

  async stopPc(threadId: number): Promise<bigint> {
    const { value } = await this.session.gdb.sendCommand<{ value: string }>(
      `-data-evaluate-expression --thread ${threadId} --frame 0 "(unsigned long)$pc"`,
    );
    return BigInt(value);
  }

  mi<T>(command: string): Promise<T> {
    return this.session.gdb.sendCommand<T>(command);
  }

  console(command: string): Promise<string> {
    return this.session.gdb.console(command);
  }

  breakpoints(): readonly LiveBreakpoint[] {
    return this.session.breakpoints.list();
  }

  monitor(command: string): Promise<string> {
    return this.session.target.monitor(this.session.gdb, command);
  }

  sendEvent(event: DebugProtocol.Event): void {
    this.session.sendEvent(event);
  }
}

/** Natively "Thread 0x7f… (LWP 12)", "process 12"; under Valgrind "Thread 12" with details "tid 1 VgTs_Runnable". */
export function readThread(thread: MiThread): LiveThread {
  const id = thread['target-id'] ?? '';
  const tid = /LWP (\d+)/.exec(id)?.[1] ?? /(?:Thread|process) (\d+)/.exec(id)?.[1];
  const valgrind = /\btid (\d+)/.exec(`${thread.name ?? ''} ${thread.details ?? ''}`)?.[1];
  return {
    id: Number(thread.id),
    tid: tid === undefined ? undefined : Number(tid),
    valgrindTid: valgrind === undefined ? undefined : Number(valgrind),
  };
}
