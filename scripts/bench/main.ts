import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from './machine';
import { measurements } from './measurements';
import { recordingSummary } from './recording-cost';
import type { Row } from './row';
import { makeSubjects } from './subjects';
import { table } from './table';
import { valgrindTool } from './valgrind-tool';

const usage = `usage: npm run bench -- [--quick] [--only REGEX] [--json FILE]
  --quick       fewer rounds: under 3 minutes
  --only REGEX  only the measurements whose name matches (--list names them)
  --list        print the names of the measurements
  --json FILE   write the rows there too, as an array
`;

async function main(): Promise<number> {
  const { values: options } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      json: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'bts-bench-'));
  try {
    const subjects = makeSubjects(scratch);
    const tool = await valgrindTool();
    const only = new RegExp(options.only);
    const chosen = measurements({ subjects, tool, scratch, quick: options.quick }).filter(({ name }) =>
      only.test(name),
    );
    if (options.list) {
      for (const { name } of chosen) console.log(name);
      return 0;
    }
    if (chosen.length === 0) throw new Error(`no measurement matches ${options.only}: see --list`);
    console.log(`${machine(tool.version)}\n`);
    const rows: Row[] = [];
    let failures = 0;
    for (const { name, measure } of chosen) {
      const started = performance.now();
      const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
      try {
        rows.push(...(await measure()));
        console.error(`${name}: measured in ${seconds()} s`);
      } catch (error) {
        // The others' figures are worth having all the same.
        failures++;
        console.error(`${name}: NOT MEASURED: ${messageOf(error)}`);
      }
    }
    rows.push(...recordingSummary(subjects, rows));
    console.log(table(rows));
    const judged = rows.filter(({ met }) => met !== null);
    const missing = failures === 0 ? '' : `; ${failures} of ${chosen.length} measurements failed`;
    console.log(`\n${judged.filter(({ met }) => met).length} of ${judged.length} goals met${missing}`);
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`);
    return failures === 0 ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error) => {
    console.error(messageOf(error));
    process.exitCode = 1;
  },
);
