import type { SessionConfig } from '../session/arguments';
import type { GdbBackend } from './gdb-backend';
import type { RunDirectory } from './run-directory';

/** Where the debugged program runs, and through what GDB reaches it. Owns every process of a session but GDB. */
export interface Target {
  readonly kind: 'native' | 'valgrind' | 'core' | 'attach';
  /** True when GDB speaks the remote protocol: it then answers no thread or memory request while the program runs. */
  readonly isRemote: boolean;
  /** True when GDB can use the CPU's debug registers for data breakpoints. */
  readonly hardwareWatchpoints: boolean;
  /** What must stand before GDB connects; runs beside GDB's own start. */
  prepare(): Promise<void>;
  /** GDB runs and knows the program's symbols: connect it. */
  connect(gdb: GdbBackend): Promise<void>;
  /** Lets the program run for the first time; with `stopFirst`, natively, to its first instruction only. */
  start(gdb: GdbBackend, stopFirst: boolean): Promise<void>;
  /** The program's process id, once there is one. */
  readonly pid: number | undefined;
  /** Sends text to the program's standard input. @throws AdapterError when it reads from a terminal. */
  writeStdin(text: string): void;
  /** The program's standard input ends here. */
  endStdin(): void;
  /** Resolves when the program has ended as far as GDB knows, its processes are gone and its output is delivered. */
  finish(): Promise<void>;
  /** The session has reported a stop. */
  stopReported(): void;
  /** Runs a `monitor` command of Valgrind's gdbserver and returns its output. @throws when there is none. */
  monitor(gdb: GdbBackend, command: string): Promise<string>;
  /** Resolves when the target died by itself in a way that GDB may not notice. */
  lost(): Promise<{ readonly how: string; readonly exitCode: number }>;
  /** Ends what is left, at once; resolves when it is gone. */
  kill(): Promise<void>;
  /** Lets go of descriptors after the program was detached from or killed. */
  dispose(): void;
}

/** What a target needs of the session. */
export interface TargetContext {
  readonly config: SessionConfig;
  readonly runDirectory: RunDirectory;
  /** The program's complete environment. */
  readonly env: NodeJS.ProcessEnv;
  /** What GDB must set or unset for an inferior that it starts itself. */
  readonly envDifferences: Readonly<Record<string, string | null>>;
  /** The program's working directory. */
  readonly cwd: string;
  /** Shows what the program wrote. */
  readonly output: (category: 'stdout' | 'stderr' | 'console', text: string) => void;
  /** DAP's reverse request runInTerminal; undefined when the client has no terminal. */
  readonly runInTerminal: RunInTerminal | undefined;
}

export type RunInTerminal = (options: {
  readonly kind: 'integrated' | 'external';
  readonly title: string;
  readonly cwd: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | null>>;
}) => Promise<void>;
