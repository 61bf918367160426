// SPDX-License-Identifier: MIT
// Checks programs and oracle against each other, without any recorder: each program of the manifest ends as expected, runs
// under the oracle with nothing unexplained, gives the same listing twice, and each listing is contiguous in the own
// modules. Arguments: names of entries (default all). Ends with `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const built = resolve(here, '../../dist/test/programs');
const oracle = resolve(here, '../../dist/test/oracle/oracle');
const scratch = mkdtempSync(join(tmpdir(), 'programs-'));
const LONGEST_BLOCK = 20_000; // bytes

const entries = JSON.parse(readFileSync(join(here, 'manifest.json'), 'utf8'));
const wanted = process.argv.slice(2);

function endOf({ status, signal }) {
  return signal ? `signal ${signal}` : `exit ${status}`;
}

/** The listing without thread ids, which differ from run to run. */
function list(entry, run) {
  const output = join(scratch, `${entry.name}.${run}`);
  const flags = ['-o', output, '--own', entry.own.join(','), '--max-steps', '300000'];
  if (entry.fromEntry) flags.push('--from-entry');
  const result = spawnSync(oracle, [...flags, join(built, entry.program), ...entry.args], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (result.status !== 0) throw new Error(`oracle: status ${result.status}\n${result.stderr}`);
  const text = readFileSync(output, 'utf8').replace(/^((?:thread|process) \d+) \d+$/gm, '$1');
  return { text, steps: Number(/(\d+) steps/.exec(result.stderr)[1]) };
}

/** True when straight-line code leads from `at` (where the last branch went) to `to` (the next branch, or an event). */
function leadsTo(at, to) {
  if (at === undefined) return true;
  if (at === '-' || to === '-') return at === to;
  const [module, offset] = at.split('+');
  const [otherModule, otherOffset] = to.split('+');
  const distance = Number(otherOffset) - Number(offset);
  return module === otherModule && distance >= 0 && distance <= LONGEST_BLOCK;
}

/** Throws at the first line that does not begin where the line before it ended. */
function checkContiguous(text) {
  let at;
  for (const line of text.trimEnd().split('\n')) {
    const words = line.split(' ');
    let from, next;
    if (words[0] === 'thread' || words[0] === 'process') {
      at = undefined;
      continue;
    } else if (words[0] === 'B') [, from, next] = words;
    else if (words[1] === 'signal') [, , , from, next] = words;
    else if (words[1] === 'sigreturn' || words[1] === 'exec' || words[1] === 'skipped-to') next = words[2];
    else if (words[1] === 'exit') from = words.at(-1);
    else if (words[1] === 'thread' || words[1] === 'fork' || words[1] === 'replaced') continue;
    else throw new Error(`unexpected line: ${line}`);
    if (from !== undefined && !leadsTo(at, from)) throw new Error(`from ${at}, not contiguous: ${line}`);
    at = next;
  }
}

function check(entry) {
  const expected = 'exit' in entry.end ? `exit ${entry.end.exit}` : `signal ${entry.end.signal}`;
  const native = endOf(spawnSync(join(built, entry.program), entry.args, { timeout: 20_000 }));
  if (native !== expected) throw new Error(`ends by ${native}, not ${expected}`);
  const first = list(entry, 1);
  const second = list(entry, 2);
  const parts = first.text.match(/^(thread|process) /gm).length;
  if (parts !== entry.parts) throw new Error(`${parts} threads, not ${entry.parts}`);
  if (first.text !== second.text) throw new Error('two runs differ');
  checkContiguous(first.text);
  return { steps: first.steps, branches: first.text.match(/^B /gm).length };
}

let passed = 0;
let failed = 0;
for (const entry of entries.filter((e) => wanted.length === 0 || wanted.includes(e.name))) {
  try {
    const { steps, branches } = check(entry);
    console.log(`ok: ${entry.name}: ${steps} steps, ${branches} own branches`);
    passed++;
  } catch (error) {
    console.log(`FAILED: ${entry.name}: ${error.message}`);
    failed++;
  }
}
rmSync(scratch, { recursive: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || passed === 0 ? 1 : 0;
