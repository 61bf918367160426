import { describe, expect, it } from 'vitest';
import { RecordingDirectory } from '../../adapter/recorder/recording-directory';
import { RingProcess } from '../../src/ring/ring-process';
import { chainReport, historyOf } from './chain-report';
import { differences } from './compare';
import { knownDifferences } from './known-differences';
import { type Program, programPath, programs } from './manifest';
import { runOracle } from './oracle';
import { branchesOf, type Part } from './part';
import { type RecordedEnd, record } from './recorded-run';
import { listRecording } from './ring-listing';
import { scratchDirectory } from './scratch-directory';

const scratch = scratchDirectory();

/** What is translated, and how, depends on Valgrind's options: those of the command line and those of a session. */
const settings = { 'bts record': [], 'a debug session': ['--px-default=allregs-at-each-insn'] };
const names = Object.keys(settings) as (keyof typeof settings)[];

const oracles = new Map<Program, Promise<Part[]>>();
const recordings = new Map<string, Promise<RecordedEnd>>();

describe.each(names)('as %s runs it', (setting) => {
  it.each(programs)("$name: the recorded branches are the oracle's", async (program) => {
    const [oracle, run] = await Promise.all([oracleOf(program), recordingOf(program, setting)]);
    expect(run).toMatchObject('exit' in program.end ? { status: program.end.exit } : program.end);
    const recorded = await listRecording(run.directory, run.pid, program.own);
    const known = knownDifferences.find((difference) => difference.program === program.name);
    expect(differences(...(known?.without(oracle, recorded) ?? [oracle, recorded]))).toEqual([]);
    expect(recorded).toHaveLength(program.parts);
    expect(branchesOf(recorded)).toBe(branchesOf(oracle));
    expect(branchesOf(recorded)).toBeGreaterThan(0);
  });

  it.each(programs)('$name: every block follows from the one before, down to the start', async (program) => {
    const { directory } = await recordingOf(program, setting);
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
        expect(start, where).toBe(1);
        // exec: itself, and the end behind it. A thread that was killed stands where it stood.
        expect([exec, ended], where).toBeOneOf([
          [2, 0],
          [0, 1],
          [0, 0],
        ]);
        instructions += report.instructions;
      }
    }
    files.close();
    expect(instructions).toBeGreaterThan(0);
  });
});

it('knows differences of programs that exist', () => {
  const names = programs.map(({ name }) => name);
  expect(knownDifferences.filter(({ program }) => !names.includes(program))).toEqual([]);
});

function oracleOf(program: Program): Promise<Part[]> {
  const oracle = oracles.get(program) ?? runOracle(program, scratch);
  oracles.set(program, oracle);
  return oracle;
}

function recordingOf(program: Program, setting: keyof typeof settings): Promise<RecordedEnd> {
  const key = `${program.name} ${setting}`;
  const needs = (program.needs ?? []).map((need) => `--${need}`);
  const options = ['--vgdb=no', '--trace-children=yes', '--records=1000000', ...needs, ...settings[setting]];
  const recording =
    recordings.get(key) ?? record([programPath(program.program), ...program.args], { scratch, options });
  recordings.set(key, recording);
  return recording;
}
