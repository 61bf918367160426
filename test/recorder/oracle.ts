import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Program, programPath } from './manifest';
import type { Part } from './part';

const ORACLE = join(__dirname, '../../dist/test/oracle/oracle');
const TIMEOUT = 120_000;

/** Runs a program, a built one by its name or any by its path, and brings the listing into the common form. */
export async function runOracle(
  program: Pick<Program, 'name' | 'program' | 'args' | 'own' | 'fromEntry'>,
  scratch: string,
): Promise<Part[]> {
  const listing = join(scratch, `${program.name}.oracle`);
  const flags = ['-o', listing, '--own', program.own.join(','), '--max-steps', '1000000'];
  if (program.fromEntry) flags.push('--from-entry');
  await promisify(execFile)(ORACLE, [...flags, programPath(program.program), ...program.args], {
    timeout: TIMEOUT,
    cwd: scratch,
  });
  return parseListing(readFileSync(listing, 'utf8'));
}

interface Creation {
  readonly ordinal: number;
  readonly isProcess: boolean;
  readonly lines: string[];
}

/** The listing of the oracle (its README) in the common form. */
export function parseListing(text: string): Part[] {
  const creations: Creation[] = [];
  for (const line of text.trimEnd().split('\n')) {
    const header = /^(thread|process) (\d+) /.exec(line);
    if (header) creations.push({ ordinal: Number(header[2]), isProcess: header[1] === 'process', lines: [] });
    else creations.at(-1)!.lines.push(line);
  }
  const names = namesOf(creations);
  return creations.map(({ ordinal, lines }) => ({
    thread: names.get(ordinal)!,
    lines: lines
      .map((line, index) => normalised(line, lines[index - 1], names))
      .filter((line) => line !== undefined),
  }));
}

/** Creation order makes parents come before what they create. */
function namesOf(creations: readonly Creation[]): Map<number, string> {
  const names = new Map([[0, 'main.0']]);
  const threads = new Map<string, number>();
  for (const { ordinal, lines } of creations) {
    const thread = names.get(ordinal);
    if (thread === undefined) throw new Error(`part ${ordinal} of the listing was created by none before it`);
    const process = thread.slice(0, thread.lastIndexOf('.'));
    let forks = 0;
    for (const line of lines) {
      const [, event, child] = line.split(' ');
      if (event === 'fork') names.set(Number(child), `${thread}/${forks++}.0`);
      if (event !== 'thread') continue;
      const index = (threads.get(process) ?? 0) + 1;
      threads.set(process, index);
      names.set(Number(child), `${process}.${index}`);
    }
  }
  return names;
}

function normalised(
  line: string,
  before: string | undefined,
  names: ReadonlyMap<number, string>,
): string | undefined {
  const words = line.split(' ');
  switch (words[1]) {
    case 'thread': // the recorder writes no event for it
      return undefined;
    case 'fork':
      return `E fork ${processOf(names.get(Number(words[2]))!)}`;
    case 'exit':
      return `E exit ${words.at(-1)}`;
    case 'skipped-to': // by the jump of a dynamic loader that ran unseen, when the program has one
      return before === `E exec ${words[2]}` ? undefined : `B - ${words[2]}`;
    default:
      return line;
  }
}

function processOf(thread: string): string {
  return thread.slice(0, thread.lastIndexOf('.'));
}
