/**
 * launch.json, `"type": "bts"`: the attributes of our own. Everything cdt-gdb-adapter's launch and attach take
 * (`program`, `arguments`, `gdb`, `gdbArguments`, `initCommands`, `preRunCommands`, `environment`, …) means the
 * same here and is typed there.
 */

/** Where branches come from. `auto` explains its choice on every screen. */
export type RecorderChoice = 'auto' | 'off' | 'bts' | 'step' | 'valgrind';

/** The two-bit choice of what is traced. */
export type TraceMode = 'user' | 'kernel' | 'user,kernel';

export interface BranchHistoryConfiguration {
  /** Default `auto`. */
  readonly recorder?: RecorderChoice;
  /** Default `user`. */
  readonly mode?: TraceMode;
  /** Newest records kept, per thread: 1,000 to 67,108,864; default 1,000,000. */
  readonly records?: number;
  /** When recording begins: `entry`, `main` (default), `manual` (switched on by hand), or a function's name. */
  readonly startAt?: string;
}

export interface CommonConfiguration {
  readonly program?: string;
  readonly cwd?: string;
  readonly gdb?: string;
  /** GDB commands run before the program; alias of `initCommands`. */
  readonly setupCommands?: readonly (string | { readonly text: string; readonly ignoreFailures?: boolean })[];
  /** Build path to local path, GDB's substitute-path. */
  readonly sourceFileMap?: Readonly<Record<string, string>>;
  /** Default `off`: a download must not hold up a stop. */
  readonly debuginfod?: 'on' | 'off';
  readonly branchHistory?: BranchHistoryConfiguration;
}

export interface LaunchConfiguration extends CommonConfiguration {
  /** Wins over the string `arguments`, which is split by POSIX word rules and never by a shell. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | null>>;
  /** Lines NAME=value; `env` wins. */
  readonly envFile?: string;
  /** Stop at the first instruction of main. */
  readonly stopAtEntry?: boolean;
  readonly console?: 'internalConsole' | 'integratedTerminal' | 'externalTerminal';
  /** Opens a core instead of running the program: no history. */
  readonly coreDumpPath?: string;
  /** Which process GDB stays with at a fork; default `parent`. */
  readonly followFork?: 'parent' | 'child';
}

export interface AttachConfiguration extends CommonConfiguration {
  readonly processId?: number | string;
}
