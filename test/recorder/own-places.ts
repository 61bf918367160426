import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { type ElfHeader, readElfHeader, readerOf } from '../../adapter/modules/elf-file';
import { placeModule } from '../../adapter/modules/place-module';
import type { RingMapping } from '../../src/ring/code-log';

/** The one program with code of its own in anonymous memory (jit.c) has it at a fixed address, away from all others. */
const ANONYMOUS = { start: 0x2000_0000, end: 0x2000_2000 };

interface OwnRange {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly bias: number;
  readonly since: number;
  readonly until: number;
}

/** Names addresses as the oracle does: `module+0xoffset` in the own modules, `-` elsewhere. */
export class OwnPlaces {
  private constructor(private readonly ranges: readonly OwnRange[]) {}

  static async of(mappings: readonly RingMapping[], own: readonly string[]): Promise<OwnPlaces> {
    const ranges: OwnRange[] = [];
    for (const mapping of mappings) {
      const name = basename(mapping.path);
      if (!own.includes(name)) continue;
      const { bias } = placeModule(mapping.path, await headerOf(mapping.path), mapping)!;
      const { start, end, since, until = Number.POSITIVE_INFINITY } = mapping;
      ranges.push({ name, start, end, bias, since, until });
    }
    if (own.includes('anon')) {
      const { start, end } = ANONYMOUS;
      ranges.push({ name: 'anon', start, end, bias: start, since: 0, until: Number.POSITIVE_INFINITY });
    }
    return new OwnPlaces(ranges);
  }

  /** The place of an address at the time of an epoch. */
  at(address: number, epoch: number): string {
    for (const { name, start, end, bias, since, until } of this.ranges) {
      if (address >= start && address < end && epoch >= since && epoch < until)
        return `${name}+0x${(address - bias).toString(16)}`;
    }
    return '-';
  }
}

async function headerOf(path: string): Promise<ElfHeader> {
  const file = await open(path, 'r');
  try {
    return (await readElfHeader(readerOf(file)))!;
  } finally {
    await file.close();
  }
}
