import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import * as path from 'node:path';
import { RingError } from '../../src/ring/ring-error';
import type { RingFile, RingFiles } from '../../src/ring/ring-file';

const PROCESS_FILE = /^(\d+)\.(\d+)\.process$/;

/** The directory that was given to the tool as --bts-dir. */
export class RecordingDirectory implements RingFiles {
  private readonly files = new Map<string, DescriptorFile>();

  constructor(readonly path: string) {}

  /** Names of the recorded processes, as RingProcess takes them: by pid, and images of a pid in their order. */
  processes(): string[] {
    return this.list()
      .map((name) => PROCESS_FILE.exec(name))
      .filter((match) => match !== null)
      .map(([, pid, image]) => ({ pid: Number(pid), image: Number(image) }))
      .sort((a, b) => a.pid - b.pid || a.image - b.image)
      .map(({ pid, image }) => `${pid}.${image}`);
  }

  list(): string[] {
    try {
      return readdirSync(this.path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new RingError(
        code === 'ENOENT' ? 'missing' : 'unreadable',
        this.path,
        `cannot be listed (${code})`,
      );
    }
  }

  /** The same file for the same name: a reader remembers by it how far it has read. */
  open(name: string): RingFile {
    let file = this.files.get(name);
    if (!file) {
      file = new DescriptorFile(name, openFile(path.join(this.path, name), name));
      this.files.set(name, file);
    }
    return file;
  }

  close(): void {
    for (const file of this.files.values()) file.close();
    this.files.clear();
  }
}

class DescriptorFile implements RingFile {
  private buffer = Buffer.alloc(0);

  constructor(
    readonly name: string,
    private readonly descriptor: number,
  ) {}

  read(offset: number, length: number): Uint8Array {
    if (this.buffer.length < length) this.buffer = Buffer.allocUnsafeSlow(Math.max(length, 65_536));
    let done = 0;
    while (done < length) {
      const count = readAt(this.descriptor, this.buffer, done, length - done, offset + done, this.name);
      if (count === 0) break;
      done += count;
    }
    return this.buffer.subarray(0, done);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

function openFile(file: string, name: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new RingError(code === 'ENOENT' ? 'missing' : 'unreadable', name, `cannot be opened (${code})`);
  }
}

function readAt(
  fd: number,
  into: Buffer,
  at: number,
  length: number,
  position: number,
  name: string,
): number {
  try {
    return readSync(fd, into, at, length, position);
  } catch (error) {
    throw new RingError('unreadable', name, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
