import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { IngestFigures } from './ingest-child';
import { pinned } from './pinned';
import { absolute, type Row } from './row';
import type { Subject } from './subjects';
import type { ValgrindTool } from './valgrind-tool';

const RECORDS = 10_000_000;

/**
 * From the files of a recording of 10 M records into a history: speed, time to the newest records, memory. Each
 * round is a fresh process with nothing compiled yet, as at the first stop of a session; the least counts.
 */
export function ingestFigures(
  { name, command }: Subject,
  tool: ValgrindTool,
  rounds: number,
  scratch: string,
): Row[] {
  const folder = mkdtempSync(join(scratch, 'ring-'));
  try {
    run([...tool.recording(folder, RECORDS), ...command], tool.env);
    const script = join(__dirname, 'ingest-child.js');
    const figures = Array.from({ length: rounds }, () => {
      const out = run([process.execPath, script, folder, String(RECORDS)]);
      return JSON.parse(out) as IngestFigures;
    });
    const short = figures.find(({ records }) => records !== RECORDS);
    if (short) throw new Error(`the recording of ${name} has ${short.records} records, not ${RECORDS}`);
    const least = (figure: (figures: IngestFigures) => number) => Math.min(...figures.map(figure));
    const speed = RECORDS / 1e3 / least(({ all }) => all);
    return [
      absolute(`ingest of 10 M records, ${name}`, 'M records/s', speed, { least: 20 }),
      absolute(
        `ingest of 10 M records, ${name}, newest there after`,
        'ms',
        least(({ tail }) => tail),
      ),
      absolute(`memory at 10 M records, ${name}`, 'B a record', least(({ memory }) => memory) / RECORDS, {
        most: 16,
      }),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(command: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const [program, ...args] = pinned(command);
  const { status, stdout, stderr, error } = spawnSync(program!, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${command.join(' ')} ended with status ${status}: ${error ?? stderr}`);
  return stdout;
}
