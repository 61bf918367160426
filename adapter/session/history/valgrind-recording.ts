import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { IcedDecoder } from '../../decoder/iced-decoder';
import { valgrindMissing } from '../../errors';
import { findValgrind } from '../../recorder/valgrind-install';
import { ValgrindRecorder } from '../../recorder/valgrind-recorder';
import { GdbSymboliser } from '../../symbols/gdb-symboliser';
import { findExecutable } from '../../target/find-executable';
import type { ValgrindProvider } from '../../target/valgrind-launch';
import type { SessionConfig } from '../arguments';
import type { LiveSession } from '../history-session';
import type { Past } from './past';
import { Recording } from './recording';
import { recordFrom } from './start-at';

const ringOf = (runDirectory: string) => join(runDirectory, 'ring');

/** Valgrind with the tool `bts`, recording into the session's run directory. */
export const recordingValgrind: ValgrindProvider = async ({ branchHistory }, runDirectory) => {
  const { valgrind, lib } = await findValgrind();
  const vgdb = findExecutable('vgdb');
  if (!vgdb) throw valgrindMissing();
  const directory = ringOf(runDirectory.path);
  mkdirSync(directory, { mode: 0o700 });
  const recording = branchHistory.startAt === 'manual' ? 'no' : 'yes';
  return {
    valgrind,
    vgdb,
    options: [
      '--tool=bts',
      // Without it GDB sees registers as they were at the last superblock's beginning, or never were.
      '--px-default=allregs-at-each-insn',
      `--bts-dir=${directory}`,
      `--records=${branchHistory.records}`,
      `--record=${recording}`,
    ],
    env: { VALGRIND_LIB: lib },
    watchpoints: false,
  };
};

/** Opens what {@link recordingValgrind} records, and lets it begin where launch.json says. */
export async function openValgrindRecording(
  config: SessionConfig,
  why: string,
  live: LiveSession,
  past: Past,
): Promise<Recording> {
  const { records, startAt } = config.branchHistory;
  const startedAt = new Date().toISOString();
  const recorder = new ValgrindRecorder({
    directory: ringOf(live.runDirectory),
    pid: live.pid!,
    why,
    records,
    recording: startAt !== 'manual',
    monitor: (command) => live.monitor(command),
  });
  const { gdb, sourceFileMap, debuginfod, program, args } = config;
  const symboliser = new GdbSymboliser({ gdb, sourceFileMap, debuginfod });
  await recordFrom(startAt, live, (text) => past.say(text));
  const metadata = { program: program!, args, startedAt };
  const decoder = new IcedDecoder();
  const recording = new Recording(recorder, symboliser, decoder, (done) => past.progress(done), metadata);
  void recording.prepareSymbols();
  return recording;
}
