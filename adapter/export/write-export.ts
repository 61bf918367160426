import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportFailed } from './errors';

/** Written beside its place and renamed: never half a file. */
export async function writeExport(path: string, text: AsyncIterable<string>): Promise<void> {
  const unfinished = `${path}.${process.pid}.part`;
  try {
    await pipeline(Readable.from(text), createWriteStream(unfinished, { flags: 'wx' }));
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw exportFailed(path, (error as Error).message);
  }
}
