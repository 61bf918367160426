import type { Address } from '../address';
import type { CodeSource } from '../code/code-source';
import type { EdgeTable } from '../record/edge-table';
import type { RecordEvent } from '../record/event';
import type { RecordedThread, Snapshot, ThreadSource } from '../record/source';
import { CodeLog, type RingMapping } from './code-log';
import { TORN_SLOTS } from './layout';
import { type ProcessPage, readProcessPage } from './process-page';
import { RingError } from './ring-error';
import type { RingFile, RingFiles } from './ring-file';
import { type RingSlice, RingSlices } from './ring-slices';
import { readThreadPage, type ThreadPage } from './thread-page';

/** A thread's file name ends with its number, counted from 1. */
const SERIAL = /^[1-9]\d*$/;

/** A thread of a {@link RingProcess.snapshot}. */
export interface RingThreadSource extends ThreadSource {
  slices(edges: EdgeTable): Iterable<RingSlice>;
}

export interface RingSnapshot extends Snapshot {
  readonly threads: readonly RingThreadSource[];
  readonly page: ProcessPage;
}

interface KnownThread {
  readonly file: RingFile;
  /** Slots below this were in earlier snapshots. */
  seen: number;
  /** The floor that an earlier snapshot began with. */
  floor: number;
}

/**
 * One recorded process, read from the files of the Valgrind tool while the program is stopped or gone.
 *
 *     const process = new RingProcess(files, '4711.0');
 *     history.ingest(process.snapshot(stopPcs));
 *
 * `name` is that of its files without the suffix: pid and image number.
 */
export class RingProcess {
  private readonly log = new CodeLog();
  private readonly processFile: RingFile;
  private readonly known = new Map<number, KnownThread | 'done'>();
  private codeFiles: readonly CodeFile[] | undefined;

  /** @throws RingError `missing` */
  constructor(
    private readonly files: RingFiles,
    readonly name: string,
  ) {
    this.processFile = files.open(`${name}.process`);
  }

  /** The code as it ran, for all generations. */
  get code(): CodeSource {
    return this.log.blocks;
  }

  /** Executable files, in the order in which they were mapped; as of the last snapshot or {@link readCode}. */
  get mappings(): readonly RingMapping[] {
    return this.log.mappings;
  }

  /** @throws RingError */
  page(): ProcessPage {
    return readProcessPage(this.processFile);
  }

  /** Takes in what there is of the code log; the program may be running. @throws RingError */
  readCode(page: ProcessPage = this.page()): void {
    this.codeFiles ??= this.codeFilesOf(page);
    for (const { file, bytes } of this.codeFiles) this.log.extend(file, bytes ?? page.codeBytes);
  }

  /**
   * What was recorded since the last snapshot. `stopPcs`: where threads stand that the debugger stopped, by
   * kernel thread id; the recording itself knows it of threads that wait in the kernel. @throws RingError
   */
  snapshot(stopPcs?: ReadonlyMap<number, Address>): RingSnapshot {
    const page = this.page();
    this.readCode(page);
    const threads: RingThreadSource[] = [];
    for (const serial of this.serials(page)) {
      const source = this.thread(serial, page, stopPcs);
      if (source) threads.push(source);
    }
    return { threads, page };
  }

  /** Of the threads that have a file, in the order in which they began. One behind the count is not finished. */
  private serials(page: ProcessPage): number[] {
    const prefix = `${this.name}.t`;
    return this.files
      .list()
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
      .filter((suffix) => SERIAL.test(suffix))
      .map(Number)
      .filter((serial) => serial <= page.threads)
      .sort((a, b) => a - b);
  }

  private thread(
    serial: number,
    process: ProcessPage,
    stopPcs: ReadonlyMap<number, Address> | undefined,
  ): RingThreadSource | undefined {
    const known = this.known.get(serial) ?? this.open(serial);
    if (known === 'done') return undefined;
    const thread = readThreadPage(known.file, process);
    const begin = Math.max(known.seen, thread.floor);
    const low = Math.min(Math.max(begin, thread.head - thread.slots + TORN_SLOTS), thread.head);
    const stopPc = stopPcs?.get(thread.tid) ?? ownStopPc(thread);
    const cleared = thread.floor > known.floor && low === thread.floor;
    const ranSince = thread.head > thread.floor;
    known.seen = thread.head;
    known.floor = thread.floor;
    if (thread.exited) this.known.set(serial, 'done');
    return {
      thread: recordedThread(thread),
      ...(stopPc === undefined || thread.exited ? {} : { stopPc }),
      discontinuous: low > begin,
      estimate: Math.ceil((thread.head - low) / 3),
      slices: (edges) =>
        new RingSlices(
          known.file,
          thread,
          low,
          this.log,
          edges,
          cleared
            ? clearedAt((ranSince ? undefined : stopPcs?.get(thread.tid)) ?? thread.floorIp)
            : undefined,
        ),
    };
  }

  /** The files of threads that exited long ago may be gone: the tool deletes them when it needs room. */
  private open(serial: number): KnownThread | 'done' {
    let known: KnownThread | 'done' = 'done';
    try {
      known = { file: this.files.open(`${this.name}.t${serial}`), seen: 0, floor: 0 };
    } catch (error) {
      if (!(error instanceof RingError) || error.problem !== 'missing') throw error;
    }
    this.known.set(serial, known);
    return known;
  }

  /** The code log of a process, behind those of the processes it was forked from. @throws RingError */
  private codeFilesOf(page: ProcessPage): CodeFile[] {
    const files: CodeFile[] = [{ file: this.files.open(`${this.name}.code`) }];
    const descendants = new Set([this.name]);
    for (let { forkedFrom } = page; forkedFrom; ) {
      const name = `${forkedFrom.pid}.${forkedFrom.image}`;
      if (descendants.has(name)) {
        throw new RingError('damaged', `${this.name}.process`, `says it was forked from itself, by ${name}`);
      }
      descendants.add(name);
      files.unshift({ file: this.files.open(`${name}.code`), bytes: forkedFrom.codeBytes });
      ({ forkedFrom } = readProcessPage(this.files.open(`${name}.process`)));
    }
    return files;
  }
}

/** A code log and how much of it counts; without a number, all that is complete. */
interface CodeFile {
  readonly file: RingFile;
  readonly bytes?: number;
}

function recordedThread({ tid, generation, pid }: ThreadPage): RecordedThread {
  return { tid, generation, pid };
}

/**
 * What came before was dropped at the user's word: the record starts there. Where a debugger holds the thread it knows
 * better than the tool, which does not see an ip that was set until the thread runs.
 */
function clearedAt(ip: number): RecordEvent {
  return { kind: 'gap', reason: 'start', ...(Number.isNaN(ip) ? {} : { to: ip as Address }) };
}

function ownStopPc(thread: ThreadPage): Address | undefined {
  return thread.running || Number.isNaN(thread.ip) ? undefined : (thread.ip as Address);
}
