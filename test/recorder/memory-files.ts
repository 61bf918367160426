import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RingError } from '../../src/ring/ring-error';
import type { RingFile, RingFiles } from '../../src/ring/ring-file';

/** The files of a recording in memory, to be damaged at will. */
export class MemoryFiles implements RingFiles {
  private readonly opened = new Map<string, RingFile>();

  constructor(readonly contents: ReadonlyMap<string, Uint8Array>) {}

  static of(directory: string): MemoryFiles {
    const names = readdirSync(directory);
    return new MemoryFiles(new Map(names.map((name) => [name, readFileSync(join(directory, name))])));
  }

  /** The same with one file changed, or, without new content, gone. */
  with(name: string, content: Uint8Array | undefined): MemoryFiles {
    const contents = new Map(this.contents);
    if (content) contents.set(name, content);
    else contents.delete(name);
    return new MemoryFiles(contents);
  }

  list(): string[] {
    return [...this.contents.keys()];
  }

  open(name: string): RingFile {
    const content = this.contents.get(name);
    if (!content) throw new RingError('missing', name, 'cannot be opened');
    const file = this.opened.get(name) ?? {
      name,
      read: (offset: number, length: number) => content.subarray(offset, offset + length),
    };
    this.opened.set(name, file);
    return file;
  }
}
