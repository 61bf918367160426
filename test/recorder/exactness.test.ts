import { expect, it } from 'vitest';
import { RecordingDirectory } from '../../adapter/recorder/recording-directory';
import { RingProcess } from '../../src/ring/ring-process';
import { chainReport, historyOf } from './chain-report';
import { differences } from './compare';
import { knownDifferences } from './known-differences';
import { type Program, programPath, programs } from './manifest';
import { runOracle } from './oracle';
import { branchesOf } from './part';
import { type RecordedEnd, record } from './recorded-run';
import { listRecording } from './ring-listing';
import { scratchDirectory } from './scratch-directory';

const scratch = scratchDirectory();
const RECORDS = 1_000_000;

const recordings = new Map<Program, Promise<RecordedEnd>>();

it.each(programs)("$name: the recorded branches are the oracle's", async (program) => {
  const [oracle, run] = await Promise.all([runOracle(program, scratch), recordingOf(program)]);
  expect(run).toMatchObject('exit' in program.end ? { status: program.end.exit } : program.end);
  const recorded = await listRecording(run.directory, run.pid, program.own);
  const known = knownDifferences.find((difference) => difference.program === program.name);
  expect(differences(...(known?.without(oracle, recorded) ?? [oracle, recorded]))).toEqual([]);
  expect(recorded).toHaveLength(program.parts);
  expect(branchesOf(recorded)).toBe(branchesOf(oracle));
  expect(branchesOf(recorded)).toBeGreaterThan(0);
});

it.each(programs)('$name: every block follows from the one before, down to the start', async (program) => {
  const { directory } = await recordingOf(program);
  const files = new RecordingDirectory(directory);
  let instructions = 0;
  for (const name of files.processes()) {
    const process = new RingProcess(files, name);
    const history = await historyOf(process, process.snapshot());
    for (const { index, thread } of history.threads) {
      const report = chainReport(history.chain(index));
      const { start, exec = 0, 'not stopped': ended = 0, ...unexplained } = report.gaps;
      const where = `process ${name}, thread ${thread.tid}: ${report.examples.join('; ')}`;
      expect(unexplained, where).toEqual({});
      expect({ start, ends: exec + ended }, where).toEqual({ start: 1, ends: expect.toBeOneOf([0, 1, 2]) });
      instructions += report.instructions;
    }
  }
  files.close();
  expect(instructions).toBeGreaterThan(0);
});

it('knows differences of programs that exist', () => {
  const names = programs.map(({ name }) => name);
  expect(knownDifferences.filter(({ program }) => !names.includes(program))).toEqual([]);
});

function recordingOf(program: Program): Promise<RecordedEnd> {
  const known = recordings.get(program);
  if (known) return known;
  const command = [programPath(program.program), ...program.args];
  const recording = record(command, { scratch, options: options(program) });
  recordings.set(program, recording);
  return recording;
}

function options({ needs = [] }: Program): string[] {
  return ['--vgdb=no', '--trace-children=yes', `--records=${RECORDS}`, ...needs.map((need) => `--${need}`)];
}
