import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readFile, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { AdapterError } from '../errors';
import { findValgrind } from '../recorder/valgrind-install';
import { findExecutable } from '../target/find-executable';

/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  /** `missing` stands in the way; `absent` is done without; `note` is worth knowing. */
  readonly state: 'ok' | 'missing' | 'absent' | 'note';
  /** What was found and what it means: a sentence. */
  readonly what: string;
  /** What to do about it: a sentence. */
  readonly remedy?: string;
  /** What it stands in the way of when it is missing. */
  readonly needed?: 'debugging' | 'recording';
}

const run = promisify(execFile);
const TIMEOUT = { timeout: 20_000 };
const DEVICE = '/dev/ptrace_bts';

const finding = (name: string, state: Finding['state'], what: string, remedy?: string): Finding => ({
  name,
  state,
  what,
  ...(remedy === undefined ? {} : { remedy }),
});

const missing = (needed: 'debugging' | 'recording', name: string, what: string, remedy: string): Finding => ({
  ...finding(name, 'missing', what, remedy),
  needed,
});

/** Everything that recording and debugging depend on here. Builds the Valgrind tool where that has not been done. */
export async function examine(): Promise<Finding[]> {
  const checks = [machine, gdb, valgrind, space, kernelModule, branchTraceStore, lockdown, yama, container];
  const found: Finding[] = [];
  for (const check of checks) found.push(...(await check()));
  return found;
}

async function machine(): Promise<Finding[]> {
  const { arch, platform, versions } = process;
  if (platform === 'linux' && arch === 'x64')
    return [finding('machine', 'ok', `x86-64 Linux, Node ${versions.node}.`)];
  return [
    missing(
      'debugging',
      'machine',
      `this is ${platform} on ${arch}; programs are debugged and recorded on x86-64 Linux only.`,
      'Saved recordings can be shown and exported here; record on x86-64 Linux.',
    ),
  ];
}

async function gdb(): Promise<Finding[]> {
  const path = findExecutable('gdb');
  if (!path) return [missing('debugging', 'gdb', 'it is not installed.', 'apt install gdb')];
  const script = 'python import sys; print("python", sys.version_info[0])';
  const { stdout } = await run(
    path,
    ['-nx', '-q', '-batch', '-ex', 'show version', '-ex', script],
    TIMEOUT,
  ).catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }));
  const version = /^GNU gdb .*?(\d+)\.(\d+)/m.exec(stdout);
  if (!version) return [missing('debugging', 'gdb', `${path} does not say its version.`, 'apt install gdb')];
  const text = `${version[1]}.${version[2]} (${path})`;
  if (Number(version[1]) < 13) {
    return [missing('debugging', 'gdb', `${text} is older than 13.`, 'Install GDB 13 or newer.')];
  }
  if (!/^python 3/m.test(stdout)) {
    return [
      missing(
        'debugging',
        'gdb',
        `${text} has no Python, which names functions and lines.`,
        'apt install gdb (not gdb-minimal)',
      ),
    ];
  }
  return [finding('gdb', 'ok', `version ${text}, with Python.`)];
}

async function valgrind(): Promise<Finding[]> {
  try {
    const { valgrind, version, lib } = await findValgrind();
    const found = [finding('valgrind', 'ok', `version ${version} (${valgrind}).`)];
    const older = version.split('.').map(Number) as [number, number];
    if (older[0] < 3 || (older[0] === 3 && older[1] < 19)) {
      const what = `${version} is older than 3.19, the oldest that was tried.`;
      found.push(finding('valgrind version', 'note', what, 'Install a newer one.'));
    }
    return [...found, finding('recorder tool', 'ok', `built for it: ${lib}.`)];
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    const name = error.code === 'valgrind-missing' ? 'valgrind' : 'recorder tool';
    return [missing('recording', name, error.message, 'apt install valgrind gcc make')];
  }
}

async function space(): Promise<Finding[]> {
  const directory = tmpdir();
  const { bavail, bsize } = await statfs(directory);
  const megabytes = Math.floor((bavail * bsize) / 1_000_000);
  const what = `${megabytes.toLocaleString('en')} MB free in ${directory}, where recordings are kept while a program runs.`;
  return megabytes >= 500
    ? [finding('space', 'ok', what)]
    : [finding('space', 'note', what, 'Make room there, or set TMPDIR to a larger place.')];
}

async function kernelModule(): Promise<Finding[]> {
  const loaded = /^ptrace_bts /m.test(await contents('/proc/modules'));
  const device = await can(DEVICE, constants.F_OK);
  if (device && (await can(DEVICE, constants.R_OK | constants.W_OK))) {
    const what = `${DEVICE} is there, but this version does not use it yet: programs run under Valgrind.`;
    return [finding('kernel module', 'note', what)];
  }
  const name = 'kernel module';
  if (device) {
    const remedy = 'Ask for the right to open it (its group), or run as root.';
    return [finding(name, 'absent', `you may not open ${DEVICE}.`, remedy)];
  }
  if (loaded) {
    const what = `it is loaded, but ${DEVICE} is not here: a container has a /dev of its own.`;
    return [finding(name, 'absent', what, `Give the container the device: docker run --device ${DEVICE}.`)];
  }
  const what = `not loaded (no ${DEVICE}): no recording at full speed, none of running processes. Valgrind does without.`;
  return [finding(name, 'absent', what)];
}

async function branchTraceStore(): Promise<Finding[]> {
  const flags = new Set(
    /^flags\s*:(.*)$/m
      .exec(await contents('/proc/cpuinfo'))?.[1]
      ?.trim()
      .split(' '),
  );
  const name = 'Branch Trace Store';
  if (flags.has('bts'))
    return [finding(name, 'note', 'the CPU has it; it takes the kernel module to use it.')];
  const where = flags.has('hypervisor')
    ? 'this is a virtual machine, and its CPU is shown without it.'
    : 'this CPU has none (only Intel ones do).';
  return [finding(name, 'absent', `${where} Valgrind does without.`)];
}

async function lockdown(): Promise<Finding[]> {
  const mode = /\[(\w+)\]/.exec(await contents('/sys/kernel/security/lockdown'))?.[1];
  if (mode === undefined || mode === 'none') return [];
  const what = `the kernel is locked down (${mode}, as Secure Boot does): it refuses unsigned modules.`;
  return [
    finding(
      'lockdown',
      'note',
      what,
      'To use the kernel module, sign it with a key the machine knows (mokutil).',
    ),
  ];
}

async function yama(): Promise<Finding[]> {
  const scope = Number.parseInt(await contents('/proc/sys/kernel/yama/ptrace_scope'), 10);
  if (Number.isNaN(scope) || scope === 0) return [];
  const what = [
    '',
    'only a parent may trace a process (ptrace_scope 1): launching works, attaching to other processes does not.',
    'only root may attach to processes (ptrace_scope 2): launching works.',
    'nobody may trace a process (ptrace_scope 3): native debugging does not work. Valgrind does.',
  ][scope];
  const remedy =
    scope === 3
      ? 'It can only be undone by a reboot with another setting.'
      : 'sysctl kernel.yama.ptrace_scope=0';
  return [finding('Yama', 'note', what ?? `ptrace_scope is ${scope}.`, remedy)];
}

async function container(): Promise<Finding[]> {
  const inside =
    (await can('/.dockerenv', constants.F_OK)) || (await can('/run/.containerenv', constants.F_OK));
  if (!inside) return [];
  const what = 'this is one: kernel modules are loaded on the host, and devices must be given to it.';
  return [finding('container', 'note', what)];
}

/** Empty when it cannot be read. */
function contents(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

function can(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
