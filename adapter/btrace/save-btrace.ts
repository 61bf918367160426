import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import { type BtraceSource, btraceChunks } from '../../src/btrace/btrace-chunks';
import { type Chunk, encodeChunkHeader, encodeHeader } from '../../src/btrace/btrace-container';
import { Cancelled, type Pass } from '../../src/history/pass';
import { saveFailed } from './errors';

const deflate = promisify<Uint8Array, { level: number }, Buffer>(deflateRaw);

/** Higher levels take three times as long for a tenth of the size. */
const LEVEL = 4;

/**
 * Writes a history to a file that is either whole or not there: it is written beside its place and then renamed.
 *
 * @throws AdapterError (user) with the system's reason; Cancelled. Nothing is left behind in either case.
 */
export async function saveBtrace(path: string, source: BtraceSource, pass: Pass): Promise<void> {
  const unfinished = `${path}.${process.pid}.part`;
  let file: FileHandle | undefined;
  try {
    file = await open(unfinished, 'wx');
    await file.appendFile(encodeHeader());
    for await (const chunk of btraceChunks(source, pass)) {
      for (const bytes of await packed(chunk)) await file.appendFile(bytes);
    }
    await file.sync();
    await file.close();
    file = undefined;
    await rename(unfinished, path);
  } catch (error) {
    await file?.close();
    await rm(unfinished, { force: true });
    if (error instanceof Cancelled || (error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw saveFailed(path, (error as Error).message);
  }
}

async function packed({ type, tag, bytes }: Chunk): Promise<Uint8Array[]> {
  const stored = await deflate(bytes, { level: LEVEL });
  return [encodeChunkHeader({ type, tag, raw: bytes.length }, stored), stored];
}
