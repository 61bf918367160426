import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Address } from '../../src/address';
import type { Module } from '../../src/modules/module';
import type { RingMapping } from '../../src/ring/code-log';
import { readElfHeader, readerOf } from '../modules/elf-file';
import { placeModule } from '../modules/place-module';
import { TOOL } from './valgrind-install';

/**
 * The modules behind the mappings of a recording's code log. A file that has since been replaced keeps its place, but
 * no build-id, so that nobody takes the new one's symbols for its own.
 */
export class RingModules {
  private readonly placed = new Map<RingMapping, Promise<Module | undefined>>();

  async of(mappings: readonly RingMapping[]): Promise<readonly Module[]> {
    const modules = await Promise.all(
      mappings.map(async (mapping) => {
        let placed = this.placed.get(mapping);
        if (placed === undefined) {
          placed = place(mapping);
          this.placed.set(mapping, placed);
        }
        const module = await placed;
        return module && { ...module, mapped: mapping.until === undefined };
      }),
    );
    return modules.filter((module) => module !== undefined);
  }
}

async function place(mapping: RingMapping): Promise<Module | undefined> {
  if (basename(mapping.path) === TOOL) return undefined; // the recorder: no code of the program's
  const whole: Module = {
    path: mapping.path,
    start: mapping.start as Address,
    end: mapping.end as Address,
    bias: (mapping.start - mapping.offset) as Address,
    mapped: true,
  };
  const file = await open(mapping.path, 'r').catch(() => undefined);
  if (file === undefined) return whole;
  try {
    const header = await readElfHeader(readerOf(file));
    const module = header && placeModule(mapping.path, header, mapping);
    if (!module) return undefined; // mapped executable, but no program's text
    if ((await file.stat()).ino === mapping.inode) return module;
    const { buildId: _, ...replaced } = module;
    return replaced;
  } finally {
    await file.close();
  }
}
