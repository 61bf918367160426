import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import * as errors from '../errors';

/** What an ELF file says about itself, as far as starting a session needs it. */
export interface ProgramFacts {
  /** Has `.debug_info`, or a link to a separate file that does. */
  readonly debugInfo: boolean;
  /** Has a symbol table of its own (not stripped). */
  readonly symbols: boolean;
  /** Asks GDB to load scripts: what rustc writes into its programs. */
  readonly debugScripts: boolean;
}

const machines: Readonly<Record<number, string>> = {
  3: 'x86 (32-bit)',
  8: 'MIPS',
  20: 'PowerPC',
  21: 'PowerPC (64-bit)',
  22: 'S/390',
  40: 'ARM',
  183: 'ARM (64-bit)',
  243: 'RISC-V',
};

/**
 * Looks at the program before anything is started, so that the error names the cause and not a tool's symptom.
 * @throws AdapterError (user): missing, not a file, not executable, not ELF, not for x86-64.
 */
export function inspectProgram(path: string, mustExecute: boolean): ProgramFacts {
  let stat: ReturnType<typeof statSync>;
  try {
    stat = statSync(path);
  } catch {
    throw errors.programMissing(path);
  }
  if (!stat.isFile()) throw errors.programNotFile(path);
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    throw errors.programUnreadable(path);
  }
  try {
    const facts = readElf(fd, path);
    if (mustExecute) requireExecutable(path);
    return facts;
  } finally {
    closeSync(fd);
  }
}

function requireExecutable(path: string): void {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw errors.programNotExecutable(path);
  }
}

/** ELF-64 (System V ABI, chapter 4): e_type at 16, e_machine at 18, e_shoff at 40, e_shentsize at 58, and so on. */
function readElf(fd: number, path: string): ProgramFacts {
  const header = Buffer.alloc(64);
  const length = readSync(fd, header, 0, 64, 0);
  if (header.toString('latin1', 0, 2) === '#!') throw errors.programNotElf(path, 'a script');
  if (length < 20 || header.readUInt32BE(0) !== 0x7f454c46)
    throw errors.programNotElf(path, length === 0 ? 'an empty file' : 'not an ELF file');
  if (header[5] !== 1) throw errors.programWrongMachine(path, 'a big-endian machine');
  const machine = header.readUInt16LE(18);
  if (machine !== 62)
    throw errors.programWrongMachine(path, machines[machine] ?? `machine number ${machine}`);
  if (header[4] !== 2) throw errors.programWrongMachine(path, 'x86-64 with 32-bit pointers (x32)');
  const type = header.readUInt16LE(16);
  if (length < 64) throw errors.programNotElf(path, 'an ELF file that is cut short');
  if (type === 1) throw errors.programNotElf(path, 'an object file (.o) that is not linked');
  if (type === 4) throw errors.programNotElf(path, 'a core file ("coreDumpPath" is its place)');
  const names = sectionNames(fd, header);
  return {
    debugInfo: names.has('.debug_info') || names.has('.zdebug_info') || names.has('.gnu_debuglink'),
    symbols: names.has('.symtab'),
    debugScripts: names.has('.debug_gdb_scripts'),
  };
}

function sectionNames(fd: number, header: Buffer): Set<string> {
  const names = new Set<string>();
  const [size, count, stringIndex] = [58, 60, 62].map((at) => header.readUInt16LE(at)) as [
    number,
    number,
    number,
  ];
  if (count === 0 || size < 64 || stringIndex >= count) return names;
  const table = Buffer.alloc(size * count);
  if (readSync(fd, table, 0, table.length, Number(header.readBigUInt64LE(40))) < table.length) return names;
  const strings = stringIndex * size;
  const text = Buffer.alloc(Math.min(Number(table.readBigUInt64LE(strings + 32)), 1 << 20));
  readSync(fd, text, 0, text.length, Number(table.readBigUInt64LE(strings + 24)));
  for (let i = 0; i < count; i++) {
    const start = table.readUInt32LE(i * size);
    const end = text.indexOf(0, start);
    if (start < text.length) names.add(text.toString('latin1', start, end < 0 ? text.length : end));
  }
  return names;
}
