import { existsSync } from 'node:fs';
import { rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { AdapterError } from '../errors';
import { inspectProgram, type ProgramFinding } from '../modules/inspect-program';
import { findValgrind } from '../recorder/valgrind-install';
import { findExecutable } from '../target/find-executable';
import { RunDirectory } from '../target/run-directory';
import { type Command, oneOf, parse, UsageError, wholeNumber } from './command';
import { splitCommand } from './command-line';
import { cannotWriteInto, commandNotFound, noKernelMode, noKernelModule } from './errors';
import { Progress } from './progress';
import { runRecorded } from './run-recorded';
import { saveRecording } from './save-recording';

const DEVICE = '/dev/ptrace_bts';
const MIN_RECORDS = 1000;
const MAX_RECORDS = 67_108_864;

/** As env(1): its own failure, a program that cannot be run, a program that is not there. */
const FAILED = 125;
const CANNOT_RUN = 126;
const NOT_FOUND = 127;

export const record: Command = {
  help: `usage: bts record [OPTION]... [--] PROGRAM [ARG]...

Runs PROGRAM under Valgrind with the branch recorder and saves what it recorded when the
program ends, however it ends. The terminal is the program's; so is its exit status
(128 + the signal's number when a signal ended it).

  -o, --output FILE   save here; default PROGRAM.btrace in the current directory
  --records N         newest branches kept of each thread: 1,000 to 67,108,864; default 1,000,000
  --recorder R        auto or valgrind; bts and step need the kernel module, which is not there yet
  --mode user         what is recorded; kernel needs the kernel module
  --follow-exec       when PROGRAM becomes another one by exec, record that one; processes it
                      starts then run under Valgrind too, slower and unrecorded
  --progress          tell how far it has come even when stderr is no terminal

Exit status: the program's; 125 when it could not be recorded or saved, 126 when PROGRAM
cannot be run, 127 when it is not there, 2 for a wrong command line.
`,
  async run(args) {
    const options = ['-o', '--output', '--records', '--recorder', '--mode'];
    const { own, command } = splitCommand(args, options);
    const { values } = parse(own, {
      output: { type: 'string', short: 'o' },
      records: { type: 'string', default: '1000000' },
      recorder: { type: 'string', default: 'auto' },
      mode: { type: 'string', default: 'user' },
      'follow-exec': { type: 'boolean', default: false },
      progress: { type: 'boolean', default: false },
    });
    const recorder = oneOf('--recorder', values.recorder, ['auto', 'bts', 'step', 'valgrind'] as const);
    const mode = oneOf('--mode', values.mode, ['user', 'kernel', 'user,kernel'] as const);
    const records = wholeNumber('--records', values.records, MIN_RECORDS, MAX_RECORDS);
    const [program, ...programArgs] = command;
    if (program === undefined) throw new UsageError('PROGRAM is missing');
    try {
      if (recorder === 'bts' || recorder === 'step') throw noKernelModule(recorder);
      if (mode !== 'user') throw noKernelMode(mode);
      const output = resolve(values.output ?? `${basename(program)}.btrace`);
      const why = recorder === 'auto' ? whyValgrind() : 'the command line asks for Valgrind.';
      const followExec = values['follow-exec'];
      const recording = { output, program, args: programArgs, records, why, followExec };
      return await recordTo(recording, new Progress(values.progress));
    } catch (error) {
      if (!(error instanceof AdapterError) || error.blame !== 'user') throw error;
      process.stderr.write(`bts record: ${error.message}\n`);
      return statusOf(error);
    }
  },
};

interface Recording {
  readonly output: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly records: number;
  readonly why: string;
  readonly followExec: boolean;
}

async function recordTo(recording: Recording, progress: Progress): Promise<number> {
  const { output, program, args, records, followExec } = recording;
  const path = findExecutable(program) ?? program;
  refuse(program, await inspectProgram(path));
  await checkWritable(output);
  const install = await findValgrind();
  const directory = RunDirectory.create();
  try {
    const run = await runRecorded({ install, directory, command: [program, ...args], records, followExec });
    await saveRecording({ ...recording, run, program: resolve(path) }, progress);
    return run.status;
  } finally {
    directory.remove();
  }
}

function whyValgrind(): string {
  return existsSync(DEVICE)
    ? 'this version does not use the kernel module yet, so the program ran under Valgrind.'
    : `the kernel module is not loaded (no ${DEVICE}), so the program ran under Valgrind.`;
}

function refuse(program: string, findings: readonly ProgramFinding[]): void {
  const [worst] = findings;
  if (worst?.kind === 'missing') throw commandNotFound(program);
  if (worst?.error && (worst.prevents === 'everything' || worst.prevents === 'valgrind')) throw worst.error;
}

/** Before the program runs: nobody wants to find out after an hour. Permissions alone do not tell. */
async function checkWritable(output: string): Promise<void> {
  const there = await stat(output).catch(() => undefined);
  if (there?.isDirectory()) throw cannotWriteInto(output, 'it is a directory');
  const probe = `${output}.${process.pid}.part`;
  try {
    await writeFile(probe, '', { flag: 'wx' });
  } catch (error) {
    throw cannotWriteInto(dirname(output), (error as Error).message);
  } finally {
    await rm(probe, { force: true });
  }
}

function statusOf({ code }: AdapterError): number {
  if (code === 'program-missing') return NOT_FOUND;
  return code.startsWith('program-') ? CANNOT_RUN : FAILED;
}
