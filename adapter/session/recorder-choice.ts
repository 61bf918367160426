import { existsSync } from 'node:fs';
import { AdapterError, kernelModeUnsupported, recorderUnsupported } from '../errors';
import { inspectProgram } from '../modules/inspect-program';
import { findValgrind } from '../recorder/valgrind-install';
import type { SessionConfig } from './arguments';

/** Which recorder a session has, and so where its program runs. */
export interface RecorderChoice {
  readonly recorder: 'valgrind' | 'off';
  /** A sentence for the user. */
  readonly why: string;
}

const DEVICE = '/dev/ptrace_bts';

/**
 * Chooses the recorder that launch.json asks for; `auto` takes the first that can be had and says why.
 * @throws AdapterError (user) when one that was asked for by name cannot be had.
 */
export async function chooseRecorder(config: SessionConfig): Promise<RecorderChoice> {
  const { recorder, mode } = config.branchHistory;
  if (recorder === 'off') return { recorder: 'off', why: 'recording is off in launch.json.' };
  if (recorder === 'bts' || recorder === 'step') throw recorderUnsupported(recorder);
  if (mode !== 'user') throw kernelModeUnsupported(mode);
  const off = (why: string): RecorderChoice => ({ recorder: 'off', why });
  if (config.coreDumpPath !== undefined) return off('a core file has no past.');
  if (config.request === 'attach') {
    if (recorder === 'valgrind') throw recorderUnsupported(recorder);
    return off('the recorder "valgrind" cannot attach to a running process. Launch the program instead.');
  }
  try {
    await checkValgrind(config.program!);
  } catch (error) {
    if (recorder === 'valgrind' || !(error instanceof AdapterError)) throw error;
    return off(error.message);
  }
  const why = existsSync(DEVICE)
    ? 'this version does not use the kernel module yet, so the program runs under Valgrind.'
    : `the kernel module is not loaded (no ${DEVICE}), so the program runs under Valgrind.`;
  return { recorder: 'valgrind', why: recorder === 'auto' ? why : 'launch.json asks for Valgrind.' };
}

/** What cannot be run at all is refused later, with its own error. */
async function checkValgrind(program: string): Promise<void> {
  const findings = await inspectProgram(program);
  const obstacle = findings.find(({ prevents }) => prevents === 'valgrind');
  if (obstacle?.error) throw obstacle.error;
  await findValgrind();
}
