import { constants } from 'node:fs';
import { access, open, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type AdapterError,
  programMissing,
  programNotElf,
  programNotExecutable,
  programNotFile,
  programUnreadable,
  programWrongMachine,
} from '../errors';
import { type ElfFile, type ElfSection, type ReadAt, readElfFile, readerOf } from './elf-file';
import { notForValgrind } from './errors';

export type FindingKind =
  | 'missing'
  | 'not a file'
  | 'unreadable'
  | 'not executable'
  | 'not ELF'
  | 'script'
  | 'wrong machine'
  | '32-bit'
  | 'set-uid'
  | 'sanitizer'
  | 'Go'
  | 'needs AVX-512'
  | 'stripped'
  | 'no debug information';

/** Something about a program that a user ought to know before it is run. */
export interface ProgramFinding {
  readonly kind: FindingKind;
  /**
   * What cannot be done with it: `everything`, only `valgrind` (it can be debugged and recorded natively), only
   * `debugging` (Valgrind would follow the script into its interpreter), or nothing: it is just less comfortable.
   */
  readonly prevents: 'everything' | 'valgrind' | 'debugging' | 'nothing';
  /** The interpreter of a script, the machine, the sanitizer's name, the library that brings it. */
  readonly detail?: string;
  /** To throw where the finding prevents what was asked for. */
  readonly error?: AdapterError;
}

const EM_386 = 3;
const EM_X86_64 = 62;
const ET_EXEC = 2;
const ET_DYN = 3;

const MACHINES: ReadonlyMap<number, string> = new Map([
  [8, 'MIPS'],
  [20, 'PowerPC'],
  [21, 'PowerPC (64-bit)'],
  [22, 'S/390'],
  [40, 'ARM'],
  [183, 'ARM (64-bit)'],
  [243, 'RISC-V'],
  [258, 'LoongArch'],
]);

/** Sanitizers whose run-time libraries lay out memory in ways that Valgrind cannot give them. */
const SANITIZERS = [
  { name: 'AddressSanitizer', symbol: '__asan_init', library: /^lib(asan|clang_rt\.asan)/ },
  { name: 'ThreadSanitizer', symbol: '__tsan_init', library: /^lib(tsan|clang_rt\.tsan)/ },
  { name: 'MemorySanitizer', symbol: '__msan_init', library: /^lib(msan|clang_rt\.msan)/ },
  { name: 'HWAddressSanitizer', symbol: '__hwasan_init', library: /^lib(hwasan|clang_rt\.hwasan)/ },
  { name: 'LeakSanitizer', symbol: '__lsan_init', library: /^lib(lsan|clang_rt\.lsan)/ },
];

const DEBUG_FILES = '/usr/lib/debug';

/** Symbol name tables larger than this are not searched for sanitizers. */
const MAX_NAMES = 256 * 1024 * 1024;

/**
 * Looks at a program before it is run, so that errors name the cause and not the symptom. Findings that prevent
 * more come first.
 */
export async function inspectProgram(path: string): Promise<ProgramFinding[]> {
  const everything = (kind: FindingKind, error: AdapterError, detail?: string): ProgramFinding[] => [
    { kind, prevents: 'everything', error, ...(detail === undefined ? {} : { detail }) },
  ];
  const status = await stat(path).catch(() => undefined);
  if (!status) return everything('missing', programMissing(path));
  if (!status.isFile()) return everything('not a file', programNotFile(path));
  const allowed = (mode: number): Promise<boolean> =>
    access(path, mode).then(
      () => true,
      () => false,
    );
  if (!(await allowed(constants.R_OK))) return everything('unreadable', programUnreadable(path));
  if (!(await allowed(constants.X_OK))) return everything('not executable', programNotExecutable(path));

  const elf = await readElfFile(path);
  if (!elf) return notElf(path);
  if (elf.machine !== EM_X86_64 && elf.machine !== EM_386) {
    const machine = MACHINES.get(elf.machine) ?? `machine number ${elf.machine}`;
    return everything('wrong machine', programWrongMachine(path, machine), machine);
  }
  if (elf.type !== ET_EXEC && elf.type !== ET_DYN) {
    return everything('not ELF', programNotElf(path, elf.type === 4 ? 'a core file' : 'an object file'));
  }
  return [...(await preventValgrind(path, elf, status.mode)), ...(await comfort(path, elf))];
}

async function notElf(path: string): Promise<ProgramFinding[]> {
  const start = (await readRange(path, 0, 256)).toString('latin1');
  const interpreter = /^#![ \t]*([^ \t\n]+)/.exec(start)?.[1];
  if (interpreter === undefined) {
    const what = start === '' ? 'an empty file' : 'not an ELF file';
    return [{ kind: 'not ELF', prevents: 'everything', error: programNotElf(path, what) }];
  }
  const error = programNotElf(path, `a script for ${interpreter}`);
  return [{ kind: 'script', prevents: 'debugging', detail: interpreter, error }];
}

async function readRange(path: string, offset: number, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    return await readerOf(file)(offset, length);
  } finally {
    await file.close();
  }
}

async function preventValgrind(path: string, elf: ElfFile, mode: number): Promise<ProgramFinding[]> {
  const findings: ProgramFinding[] = [];
  const add = (kind: FindingKind, what: string, next: string, detail?: string): void => {
    const error = notForValgrind(path, what, next);
    findings.push({ kind, prevents: 'valgrind', error, ...(detail === undefined ? {} : { detail }) });
  };
  if (elf.bits === 32) {
    add('32-bit', 'is a 32-bit program', 'Build it for x86-64 (without -m32)');
    return findings;
  }
  if ((mode & 0o6000) !== 0) {
    add(
      'set-uid',
      'is set-uid or set-gid and would run without those rights',
      'Record a copy of it that has no such mode, as a user who has the rights',
    );
  }
  const sanitizer = await findSanitizer(path, elf);
  if (sanitizer) {
    const how = sanitizer.library ? `linked with ${sanitizer.library}` : 'linked statically';
    add(
      'sanitizer',
      `is built with ${sanitizer.name} (${how}), which cannot run under Valgrind`,
      'Build it without -fsanitize',
      sanitizer.name,
    );
  }
  if (elf.sections.some(({ name }) => name === '.go.buildinfo')) {
    add(
      'Go',
      'is a Go program, whose run-time system and Valgrind do not bear each other',
      'Use Delve for it',
    );
  }
  if ((elf.isaLevelNeeded ?? 0) >= 4) {
    add(
      'needs AVX-512',
      'says that it needs AVX-512 (x86-64-v4), which Valgrind does not have',
      'Build it with -march=x86-64-v3 or less',
    );
  }
  return findings;
}

async function comfort(path: string, elf: ElfFile): Promise<ProgramFinding[]> {
  const has = (name: string): boolean => elf.sections.some((section) => section.name === name);
  if (elf.bits === 32 || has('.debug_info') || has('.zdebug_info')) return [];
  if (await hasDebugFile(path, elf)) return [];
  return [{ kind: has('.symtab') ? 'no debug information' : 'stripped', prevents: 'nothing' }];
}

/** Whether a debug file lies where GDB looks for it by default: by build-id, or by name beside the program. */
async function hasDebugFile(path: string, elf: ElfFile): Promise<boolean> {
  const places: string[] = [];
  if (elf.buildId !== undefined) {
    places.push(`${DEBUG_FILES}/.build-id/${elf.buildId.slice(0, 2)}/${elf.buildId.slice(2)}.debug`);
  }
  const link = elf.sections.find(({ name }) => name === '.gnu_debuglink');
  if (link) {
    const bytes = await readRange(path, link.offset, Math.min(link.size, 4096));
    const name = bytes.toString('utf8', 0, bytes.indexOf(0));
    const directory = dirname(await realpath(path));
    places.push(join(directory, name), join(directory, '.debug', name), join(DEBUG_FILES, directory, name));
  }
  for (const place of places) {
    if (await stat(place).catch(() => undefined)) return true;
  }
  return false;
}

async function findSanitizer(
  path: string,
  elf: ElfFile,
): Promise<{ name: string; library?: string } | undefined> {
  for (const { name, library } of SANITIZERS) {
    const needed = elf.needed.find((candidate) => library.test(candidate));
    if (needed !== undefined) return { name, library: needed };
  }
  // Statically linked: its start-up function is exported, or at least in the symbol table.
  const names = elf.sections.filter(({ name }) => name === '.dynstr' || name === '.strtab');
  const file = await open(path, 'r');
  try {
    for (const section of names) {
      for (const { name, symbol } of SANITIZERS) {
        if (await contains(readerOf(file), section, `\0${symbol}\0`)) return { name };
      }
    }
  } finally {
    await file.close();
  }
  return undefined;
}

const WINDOW = 1 << 20;

async function contains(read: ReadAt, { offset, size }: ElfSection, text: string): Promise<boolean> {
  if (size > MAX_NAMES) return false;
  for (let start = 0; start < size; start += WINDOW) {
    // Windows overlap by the text's length, so that none falls between two.
    const window = await read(offset + start, Math.min(size - start, WINDOW + text.length));
    if (window.includes(text, 0, 'latin1')) return true;
  }
  return false;
}
