import { describe, expect, it } from 'vitest';
import { differences } from './compare';
import { knownDifferences } from './known-differences';
import { type Program, programPath, programs } from './manifest';
import { runOracle } from './oracle';
import { branchesOf, type Part } from './part';
import { type RecordedEnd, record } from './recorded-run';
import { listRecording } from './ring-listing';
import { scratchDirectory } from './scratch-directory';
import { expectUnbroken } from './unbroken';

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
    const reports = await expectUnbroken(directory);
    expect(reports.reduce((sum, { instructions }) => sum + instructions, 0)).toBeGreaterThan(0);
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
