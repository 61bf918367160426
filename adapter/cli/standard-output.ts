import { once } from 'node:events';
import { ReaderGone } from './reader-gone';

let gone = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  gone = true;
});

/** Writes to stdout, no faster than it is read. @throws ReaderGone */
export async function print(text: string): Promise<void> {
  if (gone) throw new ReaderGone();
  if (text === '' || process.stdout.write(text)) return;
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    await Promise.race([
      once(process.stdout, 'drain', { signal }),
      once(process.stdout, 'close', { signal }),
    ]);
  } catch {
    gone = true; // 'error' makes once() reject
  } finally {
    waiting.abort();
  }
  if (gone) throw new ReaderGone();
}
