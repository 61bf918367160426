import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { findExecutable } from './find-executable';

/** Either GDB's arguments that load rustc's pretty-printers, or why they are not loaded. */
export type RustPrinters = { readonly args: readonly string[] } | { readonly missing: string };

/**
 * What `rust-gdb` does, with any GDB: a program of rustc's asks GDB (in .debug_gdb_scripts) to load
 * gdb_load_rust_pretty_printers.py, which lies with the compiler; GDB finds it through its source path, and runs it
 * when that place is declared safe.
 */
export async function rustPrinters(cwd: string): Promise<RustPrinters> {
  const rustc = findExecutable('rustc') ?? findExecutable(path.join(os.homedir(), '.cargo/bin/rustc'));
  if (rustc === undefined) return { missing: 'rustc was not found' };
  let sysroot: string;
  try {
    // In the program's directory: its rust-toolchain file may choose another compiler.
    const { stdout } = await promisify(execFile)(rustc, ['--print', 'sysroot'], { cwd, timeout: 5000 });
    sysroot = stdout.trim();
  } catch (error) {
    return { missing: `${rustc} --print sysroot failed (${(error as Error).message.trim()})` };
  }
  const directory = path.join(sysroot, 'lib/rustlib/etc');
  if (!existsSync(path.join(directory, 'gdb_load_rust_pretty_printers.py')))
    return { missing: `${directory} has no GDB scripts` };
  const commands = [
    `python import sys; sys.path.insert(0, ${JSON.stringify(directory)})`,
    `add-auto-load-safe-path ${directory}`,
    `directory ${directory}`,
  ];
  return { args: commands.flatMap((command) => ['-iex', command]) };
}
