import { checkHeader, checkRecordKind } from './check-header';
import { Fields } from './fields';
import { MAGIC, PAGE, SLOT_BYTES, THREAD, ThreadState } from './layout';
import type { ProcessPage } from './process-page';
import { RingError } from './ring-error';
import type { RingFile } from './ring-file';

/** One reading of a thread file's header. Slots are counted from the thread's first ever, by number. */
export interface ThreadPage {
  readonly pid: number;
  readonly tid: number;
  readonly generation: number;
  readonly serial: number;
  readonly exited: boolean;
  /** The thread is in generated code: `ip` is not where it stands. */
  readonly running: boolean;
  /** Slots in the ring; slot n lies at file offset PAGE + (n % slots) * 4. */
  readonly slots: number;
  /** Number of the slot the next record begins in. */
  readonly head: number;
  /** Number of the first slot that was not cleared; execution went on at `floorIp` then. */
  readonly floor: number;
  readonly floorIp: number;
  /** The epoch at the head. */
  readonly epoch: number;
  /** NaN when it is no exact address. */
  readonly ip: number;
}

/**
 * The process page decides whose head is where, so it has to be of the same moment: both are to be read while
 * the program is stopped. @throws RingError
 */
export function readThreadPage(file: RingFile, process: ProcessPage): ThreadPage {
  const fields = Fields.read(file, 0, THREAD.size);
  checkHeader(fields, MAGIC.thread);
  checkRecordKind(fields, THREAD.recordKind);
  const serial = fields.u32(THREAD.serial);
  const running = serial === process.running;
  const ringBytes = fields.u64(THREAD.ringBytes);
  if (ringBytes === 0 || ringBytes % PAGE !== 0) {
    throw new RingError('damaged', file.name, `says its ring has ${ringBytes} bytes`);
  }
  return {
    pid: fields.u32(THREAD.pid),
    tid: fields.u32(THREAD.tid),
    generation: fields.u32(THREAD.generation),
    serial,
    exited: fields.u32(THREAD.state) === ThreadState.exited,
    running,
    slots: ringBytes / SLOT_BYTES,
    head: headOf(fields, ringBytes, running ? process.position : fields.u64(THREAD.position)),
    floor: fields.u64(THREAD.floor),
    floorIp: fields.address(THREAD.floorIp),
    epoch: fields.u64(THREAD.epoch),
    ip: fields.address(THREAD.ip),
  };
}

/** The tool may be taking whole rings off the position at this moment (struct bts_thread says in which order). */
function headOf(fields: Fields, ringBytes: number, position: number): number {
  const into = position - fields.u64(THREAD.base);
  if (into < 0 || into % SLOT_BYTES !== 0) {
    throw new RingError('damaged', fields.file.name, `has its head at ${into} bytes`);
  }
  const laps = fields.u64(into >= ringBytes ? THREAD.laps : THREAD.lapsNext);
  const head = (laps * ringBytes + into) / SLOT_BYTES;
  if (!Number.isSafeInteger(head))
    throw new RingError('damaged', fields.file.name, `says it wrote ${head} slots`);
  return head;
}
