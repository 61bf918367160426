import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Module } from '../../src/modules/module';
import { readElfFile } from '../modules/elf-file';

/** Where a module's symbols can be read, or why they must not be. */
export type SymbolFile = { readonly path: string } | { readonly problem: string };

/**
 * Finds the files with the symbols of modules. A file that has changed since it was mapped is refused: its
 * names and lines would be those of other code.
 */
export class SymbolFiles {
  private vdsoDirectory: string | undefined;

  async find(module: Module): Promise<SymbolFile> {
    if (module.path === '[vdso]') return this.vdso();
    try {
      if (!(await stat(module.path)).isFile()) return { problem: `${module.path} is no file` };
      const elf = await readElfFile(module.path);
      if (!elf) return { problem: `${module.path} is no ELF file` };
      if (module.buildId !== undefined && elf.buildId !== module.buildId) {
        return { problem: `${module.path} has been rebuilt since it was loaded` };
      }
      return { path: module.path };
    } catch (error) {
      return { problem: (error as Error).message };
    }
  }

  async dispose(): Promise<void> {
    if (this.vdsoDirectory) await rm(this.vdsoDirectory, { recursive: true, force: true });
  }

  /** The vdso is no file, but the kernel maps the same image into every 64-bit process, this one included. */
  private async vdso(): Promise<SymbolFile> {
    const range = /^([0-9a-f]+)-([0-9a-f]+) .*\[vdso\]$/m.exec(await readFile('/proc/self/maps', 'utf8'));
    if (!range) return { problem: 'this kernel maps no vdso' };
    const start = Number.parseInt(range[1]!, 16);
    const image = Buffer.alloc(Number.parseInt(range[2]!, 16) - start);
    const memory = await open('/proc/self/mem', 'r');
    try {
      await memory.read(image, 0, image.length, start);
    } finally {
      await memory.close();
    }
    this.vdsoDirectory ??= await mkdtemp(join(tmpdir(), 'bts-vdso-'));
    const path = join(this.vdsoDirectory, 'vdso.so');
    await writeFile(path, image);
    return { path };
  }
}
