import { execFile } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { valgrindMissing } from '../errors';
import { findExecutable } from '../target/find-executable';
import { toolNotBuilt } from './errors';

const run = promisify(execFile);

/** Compiling and linking take about ten seconds on a slow machine. */
const BUILD_TIMEOUT = 180_000;
const VERSION_TIMEOUT = 10_000;
/** The file name of our tool in {@link ValgrindInstall.lib}. */
export const TOOL = 'bts-amd64-linux';

export interface ValgrindInstall {
  /** Absolute path of the launcher. */
  readonly valgrind: string;
  /** Such as `3.19.0`. */
  readonly version: string;
  /** The directory for the environment variable VALGRIND_LIB: `--tool=bts` is found there. */
  readonly lib: string;
}

/**
 * The installed Valgrind with our tool for its version, which is built on the spot when it is not there: next to the
 * other build results, or in the user's cache when those are not writable.
 *
 * @throws AdapterError (user): `valgrind-missing`, `valgrind-tool`
 */
export async function findValgrind(name = 'valgrind'): Promise<ValgrindInstall> {
  const found = findExecutable(name);
  if (!found) throw valgrindMissing();
  const valgrind = withoutWrapper(found);
  const version = await versionOf(valgrind);
  const root = packageRoot();
  const places = [
    path.join(root, 'dist', 'vgtool'),
    path.join(
      process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache'),
      'branch-history-debugger',
      'vgtool',
    ),
  ];
  for (const place of places) {
    const lib = path.join(place, version);
    if (existsSync(path.join(lib, TOOL))) return { valgrind, version, lib };
  }
  const place = places.find(isWritable);
  if (!place) throw toolNotBuilt(version, `neither ${places.join(' nor ')} can be written`);
  return { valgrind, version, lib: await build(path.join(root, 'vgtool'), place, version, valgrind) };
}

/**
 * On Debian and Ubuntu `valgrind` is a script that sets LD_LIBRARY_PATH, GLIBCPP_FORCE_NEW and GLIBCXX_FORCE_NEW, and the
 * program would run with them. What it starts lies beside it.
 */
function withoutWrapper(valgrind: string): string {
  const launcher = `${valgrind}.bin`;
  return findExecutable(launcher) ?? valgrind;
}

async function versionOf(valgrind: string): Promise<string> {
  try {
    const { stdout } = await run(valgrind, ['--version'], { timeout: VERSION_TIMEOUT });
    const version = /^valgrind-(\S+)/.exec(stdout)?.[1];
    if (version) return version;
  } catch {
    // Said below: what cannot say its version is not Valgrind.
  }
  throw valgrindMissing();
}

/** Builds aside and moves the result into place, for another adapter may be doing the same. */
async function build(sources: string, place: string, version: string, valgrind: string): Promise<string> {
  const lib = path.join(place, version);
  const aside = mkdtempSync(`${lib}.`);
  try {
    await run('make', ['-s', '-C', sources, `OUT=${aside}`, `VALGRIND=${valgrind}`], {
      timeout: BUILD_TIMEOUT,
    });
    if (!existsSync(path.join(lib, TOOL))) {
      rmSync(lib, { recursive: true, force: true });
      chmodSync(aside, 0o755);
      renameSync(aside, lib);
    }
    return lib;
  } catch (error) {
    if (existsSync(path.join(lib, TOOL))) return lib; // the other one was first
    throw toolNotBuilt(version, reasonOf(error));
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** The first line make or the compiler complained with. */
function reasonOf(error: unknown): string {
  const { code, stderr, message } = error as NodeJS.ErrnoException & { stderr?: string };
  if (code === 'ENOENT') return 'the command "make" was not found';
  const lines = (stderr ?? '').split('\n').filter(Boolean);
  return lines.find((line) => /vgtool:|error/i.test(line)) ?? lines[0] ?? message;
}

function isWritable(directory: string): boolean {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The folder of our package.json: this file runs from dist/adapter and, in tests, from adapter. */
function packageRoot(): string {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json');
    if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'branch-history-debugger')
      return folder;
    if (folder === path.dirname(folder)) throw new Error(`no package.json above ${__dirname}`);
  }
}
