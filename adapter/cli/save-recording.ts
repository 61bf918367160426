import { stat } from 'node:fs/promises';
import { History } from '../../src/history/history';
import type { Pass } from '../../src/history/pass';
import type { ThreadHistory } from '../../src/history/thread-history';
import { RingError } from '../../src/ring/ring-error';
import { RingProcess } from '../../src/ring/ring-process';
import type { Symboliser } from '../../src/symbols/symbol-table';
import { saveBtrace } from '../btrace/save-btrace';
import { IcedDecoder } from '../decoder/iced-decoder';
import { AdapterError } from '../errors';
import { recordingError } from '../recorder/errors';
import { RecordingDirectory } from '../recorder/recording-directory';
import { RingModules } from '../recorder/ring-modules';
import { eventLoop } from '../session/history/event-loop';
import { GdbSymboliser } from '../symbols/gdb-symboliser';
import { version } from '../version';
import { nothingRecorded } from './errors';
import type { Progress } from './progress';
import type { RecordedRun } from './run-recorded';

interface Saving {
  readonly run: RecordedRun;
  readonly output: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly why: string;
  readonly records: number;
}

/** Saves what a program that has ended left in the ring, with the names of all code that ran. */
export async function saveRecording(saving: Saving, progress: Progress): Promise<void> {
  const { run, output } = saving;
  const directory = new RecordingDirectory(run.recording);
  const symboliser = new GdbSymboliser();
  const passOf = (what: string): Pass => ({
    scheduler: eventLoop,
    progress: (done) => progress.report(what, done),
  });
  const unnamed: string[] = [];
  try {
    const name = directory.processes().findLast((process) => process.startsWith(`${run.pid}.`));
    const how = run.signal ?? `exit status ${run.status}`;
    if (name === undefined) throw nothingRecorded(how, run.said);
    const ring = new RingProcess(directory, name);
    const snapshot = ring.snapshot();
    if (snapshot.threads.length === 0) throw nothingRecorded(how, run.said);
    const history = new History({ decoder: new IcedDecoder(), code: ring.code, records: saving.records });
    await history.ingest(snapshot).rest(passOf('reading records'));
    const modules = await new RingModules().of(ring.mappings);
    symboliser.setModules(modules);
    await saveBtrace(
      output,
      {
        history,
        code: ring.code,
        symboliser: forgiving(symboliser, unnamed),
        modules,
        metadata: metadataOf(saving, snapshot.page),
      },
      passOf('naming and saving'),
    );
    progress.end();
    const branches = history.threads.reduce((sum, thread) => sum + thread.length, 0);
    for (const [path, why] of symboliser.problems) unnamed.push(`no names for ${path}: ${why}`);
    const left = history.threads.some((thread) => thread.length > 0 && endsInExec(thread));
    await tell(
      saving,
      branches,
      history.threads.length,
      [...unnamed, ...(left ? [LEFT] : [])],
      snapshot.page,
    );
  } catch (error) {
    throw error instanceof RingError ? recordingError(error) : error;
  } finally {
    progress.end();
    directory.close();
    await symboliser.dispose();
  }
}

/** A recording without names is better than none: what GDB cannot name stays without, and is told. */
function forgiving(symboliser: Symboliser, told: string[]): Symboliser {
  return {
    lookup: (address) => symboliser.lookup(address),
    resolve: async (addresses) => {
      try {
        await symboliser.resolve(addresses);
      } catch (error) {
        if (!(error instanceof AdapterError)) throw error;
        told.push(error.message);
      }
    },
  };
}

const LEFT =
  'the program became another one by exec, and what that did is not recorded. Add --follow-exec to record it instead';

function endsInExec(thread: ThreadHistory): boolean {
  return thread.event(thread.end - 1)?.kind === 'exec';
}

function metadataOf(
  { run, program, args, why, records }: Saving,
  page: { readonly image: number; readonly program: string },
) {
  return {
    program: page.image > 0 ? page.program : program,
    args,
    recorder: 'valgrind',
    why,
    mode: 'user',
    records,
    startedAt: run.startedAt.toISOString(),
    savedAt: new Date().toISOString(),
    toolVersion: version,
    ...(run.signal === undefined ? { exitStatus: run.status } : { signal: run.signal }),
  };
}

async function tell(
  { run, output }: Saving,
  records: number,
  threads: number,
  unnamed: readonly string[],
  page: { readonly state: string; readonly unrecordedThreads: number },
): Promise<void> {
  const lines: string[] = [];
  if (run.said !== '') lines.push(`Valgrind said: ${run.said}`);
  if (page.state === 'noSpace') lines.push('the disk was full: what ran after that is not recorded');
  if (page.state === 'outOfIds')
    lines.push('too many distinct branches: what ran after that is not recorded');
  if (page.unrecordedThreads > 0) lines.push(`${page.unrecordedThreads} threads could not be recorded`);
  lines.push(...unnamed);
  const { size } = await stat(output);
  const amount = `${records.toLocaleString('en')} records of ${threads} thread${threads === 1 ? '' : 's'}`;
  lines.push(`${amount} in ${output} (${Math.ceil(size / 1024).toLocaleString('en')} kB)`);
  process.stderr.write(lines.map((line) => `bts: ${line}\n`).join(''));
}
