// `npm test`: set-up, then every stage below in order; `npm test -- --stage unit` runs one. Each stage prints its
// time beside its budget. A stage over its budget is said so but does not fail: a timed test would
// fail for the machine's reasons. The last line is `N passed, N failed[, N skipped]`.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { main, setUp } from './setup.mjs';
import { StepFailed } from './steps.mjs';

const top = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * A stage is a vitest project, or a command whose exit status is its one result.
 * @type {{ name: string, budget: number, command?: [string, string[]] }[]} budget in seconds
 */
const stages = [
  { name: 'lint', budget: 20, command: ['npm', ['run', '--silent', 'lint']] },
  { name: 'unit', budget: 90 },
  { name: 'recorder', budget: 240 },
  { name: 'adapter', budget: 300 },
  { name: 'cli', budget: 120 },
  { name: 'demo', budget: 60, command: ['node', ['dist/scripts/demo/main.js']] },
];

/** @typedef {{ name: string, milliseconds: number, outcome: 'passed' | 'failed' | 'skipped' }} Result */

const { values: options } = parseArgs({
  options: { stage: { type: 'string', multiple: true }, slowest: { type: 'string', default: '10' } },
});

await main(async () => {
  const unknown = options.stage?.find((name) => !stages.some((stage) => stage.name === name));
  if (unknown)
    throw new StepFailed(`No stage '${unknown}'. Stages: ${stages.map((stage) => stage.name).join(', ')}.`);
  await setUp('test');
  const reports = mkdtempSync(join(tmpdir(), 'bts-test-'));
  /** @type {Result[]} */
  const results = [];
  try {
    for (const stage of stages.filter((stage) => options.stage?.includes(stage.name) ?? true)) {
      console.log(`\n== ${stage.name} (budget ${stage.budget} s)`);
      const started = Date.now();
      const ours = stage.command
        ? await runCommand(stage.name, stage.command)
        : await runVitest(stage.name, reports);
      results.push(...ours);
      const seconds = (Date.now() - started) / 1000;
      const verdict = seconds > stage.budget ? ', OVER ITS BUDGET' : '';
      console.log(
        `== ${stage.name}: ${summary(ours)} in ${seconds.toFixed(1)} s of ${stage.budget} s${verdict}`,
      );
    }
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
  printSlowest(results, Number(options.slowest));
  console.log(summary(results));
  if (results.some((result) => result.outcome === 'failed')) process.exitCode = 1;
});

/** @returns {Promise<number>} the exit status */
function run(/** @type {string} */ command, /** @type {string[]} */ args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: top, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** @returns {Promise<Result[]>} */
async function runCommand(/** @type {string} */ name, /** @type {[string, string[]]} */ [command, args]) {
  const started = Date.now();
  const status = await run(command, args);
  return [{ name, milliseconds: Date.now() - started, outcome: status === 0 ? 'passed' : 'failed' }];
}

/** @returns {Promise<Result[]>} */
async function runVitest(/** @type {string} */ project, /** @type {string} */ reports) {
  const report = join(reports, `${project}.json`);
  const started = Date.now();
  const vitest = join(top, 'node_modules/vitest/vitest.mjs');
  const args = [
    vitest,
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const status = await run(process.execPath, args);
  const results = readReport(report);
  // A worker that died, a file that does not compile or a project with no test must not count as passed.
  if (results.length === 0 || (status !== 0 && !results.some((result) => result.outcome === 'failed')))
    results.push({
      name: `${project}: vitest ended with status ${status}`,
      milliseconds: Date.now() - started,
      outcome: 'failed',
    });
  return results;
}

/** @returns {Result[]} */
function readReport(/** @type {string} */ file) {
  /** @type {{ testResults: { name: string, assertionResults: { fullName: string, duration?: number, status: string }[] }[] }} */
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
  return report.testResults.flatMap((testFile) =>
    testFile.assertionResults.map((test) => ({
      name: test.fullName,
      milliseconds: test.duration ?? 0,
      outcome: test.status === 'passed' ? 'passed' : test.status === 'failed' ? 'failed' : 'skipped',
    })),
  );
}

function summary(/** @type {Result[]} */ results) {
  const count = (/** @type {Result['outcome']} */ outcome) =>
    results.filter((result) => result.outcome === outcome).length;
  const skipped = count('skipped');
  return `${count('passed')} passed, ${count('failed')} failed${skipped ? `, ${skipped} skipped` : ''}`;
}

function printSlowest(/** @type {Result[]} */ results, /** @type {number} */ count) {
  console.log(`\nThe ${count} slowest:`);
  for (const result of [...results].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, count))
    console.log(`${(result.milliseconds / 1000).toFixed(1).padStart(7)} s  ${result.name}`);
}
