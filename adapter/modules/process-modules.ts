import { open, readFile } from 'node:fs/promises';
import type { Module } from '../../src/modules/module';
import { type ElfHeader, type ReadAt, readElfHeader, readerOf } from './elf-file';
import { placeModule } from './place-module';

/** One line of /proc/PID/maps. */
interface Mapping {
  readonly start: number;
  readonly end: number;
  readonly executable: boolean;
  readonly offset: number;
  /** Device and inode: the file, whatever it is called now. */
  readonly file: string;
  readonly path: string;
}

/**
 * The modules of a live process, read from /proc/PID/maps and from the images in its memory, so that a file that
 * was deleted or rebuilt since is still known by the build-id of what was mapped.
 *
 * Keeps what it has seen: a module that has gone since the last reading stays in the list as unmapped.
 */
export class ProcessModules {
  private readonly seen = new Map<string, Module>();

  constructor(private readonly pid: number) {}

  /** @throws the system's error when the process is gone or not ours to read. */
  async read(): Promise<readonly Module[]> {
    const mappings = parseMaps(await readFile(`/proc/${this.pid}/maps`, 'utf8'));
    const memory = await open(`/proc/${this.pid}/mem`, 'r').catch(() => undefined);
    try {
      const present = new Set<string>();
      for (const text of mappings.filter(({ executable }) => executable)) {
        const first = firstMapping(mappings, text);
        const key = `${text.file} ${text.path} ${first.start}`;
        present.add(key);
        if (this.seen.get(key)?.mapped) continue;
        const module = await moduleOf(text, first, memory && readerOf(memory));
        if (module) this.seen.set(key, module);
      }
      for (const [key, module] of this.seen) {
        if (module.mapped && !present.has(key)) this.seen.set(key, { ...module, mapped: false });
      }
    } finally {
      await memory?.close();
    }
    return [...this.seen.values()];
  }
}

function parseMaps(text: string): Mapping[] {
  const mappings: Mapping[] = [];
  for (const line of text.split('\n')) {
    const match = /^([0-9a-f]+)-([0-9a-f]+) ..(.). ([0-9a-f]+) (\S+ \d+) +(.+)$/.exec(line);
    if (!match) continue; // anonymous: generated code has no module
    const [, start, end, executable, offset, file, path] = match as unknown as string[];
    if (path!.startsWith('[') && path !== '[vdso]') continue;
    mappings.push({
      start: Number.parseInt(start!, 16),
      end: Number.parseInt(end!, 16),
      executable: executable === 'x',
      offset: Number.parseInt(offset!, 16),
      file: file!,
      path: path!.replace(/ \(deleted\)$/, '').replaceAll('\\012', '\n'),
    });
  }
  return mappings;
}

/** The mapping of the start of the file that `text` is mapped from: where its ELF header is in memory. */
function firstMapping(mappings: readonly Mapping[], text: Mapping): Mapping {
  let first = text;
  for (const mapping of mappings) {
    if (mapping.start > text.start) break;
    if (mapping.file === text.file && mapping.path === text.path && mapping.offset === 0) first = mapping;
  }
  return first;
}

async function moduleOf(
  text: Mapping,
  first: Mapping,
  memory: ReadAt | undefined,
): Promise<Module | undefined> {
  const header =
    (await headerInMemory(first, memory).catch(() => undefined)) ??
    (await headerInFile(text.path).catch(() => undefined));
  return header && placeModule(text.path, header, text);
}

/** Only what the first mapping covers can be read there; notes and program headers are at the start of the file. */
async function headerInMemory(first: Mapping, memory: ReadAt | undefined): Promise<ElfHeader | undefined> {
  if (!memory || first.offset !== 0) return undefined;
  return readElfHeader(async (offset, length) =>
    offset + length <= first.end - first.start ? memory(first.start + offset, length) : Buffer.alloc(0),
  );
}

async function headerInFile(path: string): Promise<ElfHeader | undefined> {
  const file = await open(path, 'r');
  try {
    return await readElfHeader(readerOf(file));
  } finally {
    await file.close();
  }
}
