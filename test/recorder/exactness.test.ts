import { expect, it } from 'vitest';
import { differences } from './compare';
import { knownDifferences } from './known-differences';
import { type Program, programPath, programs } from './manifest';
import { runOracle } from './oracle';
import { branchesOf } from './part';
import { record } from './recorded-run';
import { listRecording } from './ring-listing';
import { scratchDirectory } from './scratch-directory';

const scratch = scratchDirectory();
const RECORDS = 1_000_000;

it.each(programs)("$name: the recorded branches are the oracle's", async (program) => {
  const [oracle, run] = await Promise.all([
    runOracle(program, scratch),
    record([programPath(program.program), ...program.args], { scratch, options: options(program) }),
  ]);
  expect(run).toMatchObject('exit' in program.end ? { status: program.end.exit } : program.end);
  const recorded = await listRecording(run.directory, run.pid, program.own);
  const known = knownDifferences.find((difference) => difference.program === program.name);
  expect(differences(...(known?.without(oracle, recorded) ?? [oracle, recorded]))).toEqual([]);
  expect(recorded).toHaveLength(program.parts);
  expect(branchesOf(recorded)).toBe(branchesOf(oracle));
  expect(branchesOf(recorded)).toBeGreaterThan(0);
});

it('knows differences of programs that exist', () => {
  const names = programs.map(({ name }) => name);
  expect(knownDifferences.filter(({ program }) => !names.includes(program))).toEqual([]);
});

function options({ needs = [] }: Program): string[] {
  return ['--vgdb=no', '--trace-children=yes', `--records=${RECORDS}`, ...needs.map((need) => `--${need}`)];
}
