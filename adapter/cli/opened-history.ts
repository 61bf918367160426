import type { BtraceFile } from '../../src/btrace/btrace-file';
import { History } from '../../src/history/history';
import type { Pass } from '../../src/history/pass';
import { ModuleMap } from '../../src/modules/module-map';
import { openBtrace } from '../btrace/open-btrace';
import { IcedDecoder } from '../decoder/iced-decoder';
import { AdapterError } from '../errors';
import { eventLoop } from '../session/history/event-loop';
import type { Progress } from './progress';

/** Most records a saved file can have for a thread: all of them are taken. */
const ALL = 1 << 26;

/** A saved file with its history. */
export interface OpenedHistory {
  readonly file: BtraceFile;
  readonly history: History;
  readonly modules: ModuleMap;
  readonly pass: Pass;
}

/** @throws AdapterError when the file cannot be used */
export async function openHistory(path: string, progress: Progress): Promise<OpenedHistory> {
  const file = await openBtrace(path);
  const history = new History({ decoder: new IcedDecoder(), code: file.code, records: ALL });
  const read: Pass = { scheduler: eventLoop, progress: (done) => progress.report('reading records', done) };
  await history.ingest(file.snapshot).rest(read);
  return { file, history, modules: new ModuleMap(file.modules), pass: { scheduler: eventLoop } };
}

/** Indices of the threads with a kernel thread id (the same id can come again), or of all. */
export function threadsWithId({ history }: OpenedHistory, path: string, tid: number | undefined): number[] {
  const indices = [...history.threads.keys()];
  if (tid === undefined) return indices;
  const found = indices.filter((index) => history.chain(index).thread.thread.tid === tid);
  if (found.length > 0) return found;
  const tids = [...new Set(history.threads.map(({ thread }) => thread.tid))];
  throw new AdapterError(
    'no-such-thread',
    'user',
    `${path} has no thread ${tid}. Its threads: ${tids.join(', ') || 'none'}.`,
  );
}
