import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { IcedDecoder } from '../../adapter/decoder/iced-decoder';
import { RecordingDirectory } from '../../adapter/recorder/recording-directory';
import { History } from '../../src/history/history';
import { RingProcess } from '../../src/ring/ring-process';

/** What a fresh process measured; printed as JSON. */
export interface IngestFigures {
  readonly records: number;
  /** Milliseconds from nothing to the newest records, and to all of them. */
  readonly tail: number;
  readonly all: number;
  /** Bytes by which the process's memory (heap and buffers, nothing collectable) has grown. */
  readonly memory: number;
}

async function main(directory: string, records: number): Promise<IngestFigures> {
  const decoder = new IcedDecoder();
  const before = memory();
  const start = performance.now();
  const files = new RecordingDirectory(directory);
  const [name] = files.processes();
  if (name === undefined) throw new Error(`no recording in ${directory}`);
  const process = new RingProcess(files, name);
  const history = new History({ decoder, code: process.code, records });
  const ingest = history.ingest(process.snapshot());
  const thread = history.threads[0]!;
  ingest.tail(thread);
  const tail = performance.now() - start;
  await ingest.rest({ scheduler: { now: () => performance.now(), yield: () => nextTurn() } });
  const all = performance.now() - start;
  const figures = { records: thread.length, tail, all, memory: memory() - before };
  // Closed only here: all of it is in use in a session.
  files.close();
  return figures;
}

function memory(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  // `external` has the array buffers in it.
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const [directory, records] = process.argv.slice(2);
void main(directory!, Number(records)).then((figures) => console.log(JSON.stringify(figures)));
