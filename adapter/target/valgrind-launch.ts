import type { SessionConfig } from '../session/arguments';
import type { RunDirectory } from './run-directory';

/** How Valgrind is started: with which tool, and what that tool wants. */
export interface ValgrindLaunch {
  readonly valgrind: string;
  readonly vgdb: string;
  /** `--tool=…` and the tool's own options. */
  readonly options: readonly string[];
  /** Such as VALGRIND_LIB. */
  readonly env: Readonly<Record<string, string>>;
  /** True when the tool implements watchpoints (VG_(needs_watchpoint)); otherwise GDB single-steps for them. */
  readonly watchpoints: boolean;
}

/** @throws AdapterError (user) saying what to install. */
export type ValgrindProvider = (config: SessionConfig, runDirectory: RunDirectory) => Promise<ValgrindLaunch>;
