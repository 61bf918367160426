import { checkHeader, checkRecordKind } from './check-header';
import { Fields } from './fields';
import { MAGIC, PROCESS, RecordingState } from './layout';
import { RingError } from './ring-error';
import type { RingFile } from './ring-file';
import { utf8 } from './utf8';

/** One reading of a process page (`PID.N.process`). */
export interface ProcessPage {
  readonly pid: number;
  readonly parent: number;
  /** Counts the images that had this pid, from 0. */
  readonly image: number;
  readonly state: keyof typeof RecordingState;
  /** CLOCK_MONOTONIC, ns. */
  readonly started: number;
  /** Newest records each thread keeps. */
  readonly records: number;
  readonly codeBytes: number;
  readonly epoch: number;
  /** Serials of threads are 1 to this. */
  readonly threads: number;
  /** Threads that could not be recorded. */
  readonly unrecordedThreads: number;
  /** The head of thread `running`, as an address in the tool; means nothing while `running` is 0. */
  readonly position: number;
  readonly running: number;
  /** The process it was forked from and how much of its code log counts here. */
  readonly forkedFrom?: { readonly pid: number; readonly image: number; readonly codeBytes: number };
  readonly program: string;
}

const STATES = Object.fromEntries(Object.entries(RecordingState).map(([name, code]) => [code, name])) as {
  [code: number]: keyof typeof RecordingState;
};

/** @throws RingError */
export function readProcessPage(file: RingFile): ProcessPage {
  const fields = Fields.read(file, 0, PROCESS.size);
  checkHeader(fields, MAGIC.process);
  checkRecordKind(fields, PROCESS.recordKind);
  const forkParent = fields.u32(PROCESS.forkParent);
  const name = fields.bytes.subarray(PROCESS.program, PROCESS.size);
  const end = name.indexOf(0);
  return {
    pid: fields.u32(PROCESS.pid),
    parent: fields.u32(PROCESS.parent),
    image: fields.u32(PROCESS.image),
    state: stateOf(fields),
    started: fields.u64(PROCESS.started),
    records: fields.u64(PROCESS.records),
    codeBytes: fields.u64(PROCESS.codeBytes),
    epoch: fields.u64(PROCESS.epoch),
    threads: fields.u32(PROCESS.threads),
    unrecordedThreads: fields.u32(PROCESS.unrecordedThreads),
    position: fields.u64(PROCESS.position),
    running: fields.u32(PROCESS.running),
    ...(forkParent === 0
      ? {}
      : {
          forkedFrom: {
            pid: forkParent,
            image: fields.u32(PROCESS.forkParentImage),
            codeBytes: fields.u64(PROCESS.forkCodeBytes),
          },
        }),
    program: utf8(end < 0 ? name : name.subarray(0, end)),
  };
}

function stateOf(fields: Fields): keyof typeof RecordingState {
  const code = fields.u32(PROCESS.state);
  const state = STATES[code];
  if (state === undefined) {
    throw new RingError('newer', fields.file.name, `is in state ${code}, which this program does not know`);
  }
  return state;
}
