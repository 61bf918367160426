// `npm run setup`: everything between a clean clone and a built project, for `npm run demo` and `npm test` too.
// Runs on a machine with Node and nothing else, so it imports nothing but Node and its own folder.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StepFailed, step } from './steps.mjs';

const top = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * What each apt package is needed for, and a file or command that shows it is there.
 * @type {Record<'demo' | 'test', { package: string, present: string }[]>}
 */
const needs = {
  demo: [
    { package: 'gcc', present: 'gcc' },
    { package: 'libc6-dev', present: '/usr/include/stdio.h' },
    { package: 'make', present: 'make' },
    { package: 'gdb', present: 'gdb' },
    { package: 'valgrind', present: '/usr/include/valgrind/pub_tool_basics.h' },
  ],
  test: [
    { package: 'g++', present: 'g++' },
    { package: 'libzydis-dev', present: '/usr/include/Zydis/Zydis.h' },
    { package: 'lcov', present: 'genhtml' },
    { package: 'sqlite3', present: 'sqlite3' },
    { package: 'python3', present: 'python3' },
  ],
};

/** @param {'demo' | 'test'} purpose */
export async function setUp(purpose) {
  checkNode();
  await installAptPackages(purpose === 'demo' ? needs.demo : [...needs.demo, ...needs.test]);
  await installNpmPackages();
  await step('Building the adapter', 'npm', ['run', '--silent', 'build:ts'], { cwd: top });
  await step('Building the Valgrind tool', 'npm', ['run', '--silent', 'build:vgtool'], { cwd: top });
}

function checkNode() {
  if (Number(process.versions.node.split('.')[0]) < 20)
    throw new StepFailed(`Node ${process.versions.node} is too old: install Node 20 or newer.`);
}

const isPresent = (/** @type {string} */ what) =>
  what.startsWith('/')
    ? existsSync(what)
    : (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, what)));

/** @param {{ package: string, present: string }[]} wanted */
async function installAptPackages(wanted) {
  const missing = wanted.filter((need) => !isPresent(need.present)).map((need) => need.package);
  if (missing.length === 0) return;
  const remedy = `apt-get install ${missing.join(' ')}`;
  if (!isPresent('apt-get'))
    throw new StepFailed(`Missing: ${missing.join(', ')}. Install them and run this again.`);
  const root = process.getuid?.() === 0;
  // sudo must not stop to ask: a set-up that waits for a password behind a progress line looks like a hang.
  if (!root && spawnSync('sudo', ['-n', 'true']).status !== 0)
    throw new StepFailed(`Not root, and sudo asks for a password. Run: sudo ${remedy}`);
  const apt = (/** @type {string[]} */ args) =>
    root
      ? /** @type {const} */ (['apt-get', args])
      : /** @type {const} */ (['sudo', ['-n', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args]]);
  const options = { attempts: 3, env: { DEBIAN_FRONTEND: 'noninteractive' } };
  await step('Reading the package lists', ...apt(['update', '-q']), options);
  const install = ['install', '-q', '-y', '--no-install-recommends', ...missing];
  await step(`Installing ${missing.join(', ')}`, ...apt(install), options);
}

async function installNpmPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(top, 'package-lock.json')))
    .digest('hex');
  const stamp = join(top, 'node_modules', '.installed-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  await step('Installing npm packages', 'npm', ['ci', '--loglevel=error'], { cwd: top, attempts: 3 });
  writeFileSync(stamp, lock);
}

/**
 * Runs a script's body and turns its failure into one line and exit status 1.
 * @param {() => Promise<void>} body
 */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    console.error(error instanceof StepFailed ? error.message : error);
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await main(() => setUp(process.argv.includes('--for-tests') ? 'test' : 'demo'));
