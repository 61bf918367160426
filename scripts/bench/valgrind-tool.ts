import { findValgrind } from '../../adapter/recorder/valgrind-install';

/** Valgrind as the measurements run it: our tool and its peers with the same options and environment. */
export interface ValgrindTool {
  /** Such as `3.19.0`. */
  readonly version: string;
  /** What to put before a program to run it under `tool`. */
  command(tool: 'none' | 'callgrind'): readonly string[];
  /** To record its newest `records` branches into `directory`, which is empty and mode 0700. */
  recording(directory: string, records?: number): readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** The tool's own default, as in vgtool/bts_ring.h and launch.json. */
const DEFAULT_RECORDS = 1_000_000;

/** @throws AdapterError (user) when Valgrind or our tool is not there. */
export async function valgrindTool(): Promise<ValgrindTool> {
  const { valgrind, version, lib } = await findValgrind();
  // No debugger is waited for on either side.
  const command = (tool: string) => [valgrind, '-q', '--vgdb=no', `--tool=${tool}`];
  return {
    version,
    command,
    recording: (directory, records = DEFAULT_RECORDS) => [
      ...command('bts'),
      `--bts-dir=${directory}`,
      `--records=${records}`,
    ],
    env: { VALGRIND_LIB: lib },
  };
}
