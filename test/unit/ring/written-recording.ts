import {
  CODE_BLOCK,
  CODE_EXIT,
  CODE_HEADER,
  CODE_MAP,
  CodeEntry,
  EventCode,
  ExitCode,
  FIRST_EXIT,
  MAGIC,
  PAGE,
  PROCESS,
  RECORDS_EXIT_IDS,
  RecordingState,
  RING_VERSION,
  THREAD,
  ThreadState,
} from '../../../src/ring/layout';
import { RingError } from '../../../src/ring/ring-error';
import type { RingFile, RingFiles } from '../../../src/ring/ring-file';

/** Files of a recording in memory, to be written and damaged by tests. */
export class MemoryFiles implements RingFiles {
  readonly bytes = new Map<string, Uint8Array>();
  private readonly opened = new Map<string, RingFile>();

  list(): string[] {
    return [...this.bytes.keys()];
  }

  open(name: string): RingFile {
    if (!this.bytes.has(name)) throw new RingError('missing', name, 'is not there');
    let file = this.opened.get(name);
    if (!file) {
      const { bytes } = this;
      file = { name, read: (offset, length) => bytes.get(name)!.subarray(offset, offset + length) };
      this.opened.set(name, file);
    }
    return file;
  }
}

const BASE = 0x10_0000_1000;

interface ExitSpec {
  readonly from: number;
  /** Absent: indirect. */
  readonly to?: number;
}

/** Writes what the Valgrind tool would, record by record. */
export class WrittenRecording {
  readonly files = new MemoryFiles();
  readonly name: string;
  private log = new Bytes();
  private nextId: number;
  private readonly threads: WrittenThread[] = [];
  private epoch: number;

  constructor(
    readonly pid = 4711,
    readonly parent?: WrittenRecording,
  ) {
    this.name = `${pid}.0`;
    this.nextId = parent?.nextId ?? FIRST_EXIT;
    this.epoch = parent?.epoch ?? 0;
    this.log.words(...MAGIC.code, RING_VERSION, this.nextId);
    if (parent) for (const [file, bytes] of parent.files.bytes) this.files.bytes.set(file, bytes);
  }

  /** Logs a translated block and returns its first exit id. */
  block(address: number, code: readonly number[], exits: readonly ExitSpec[], firstId = this.nextId): number {
    const padded = (code.length + 7) & ~7;
    const at = this.log.length;
    this.log.words(CODE_BLOCK.size + padded + exits.length * CODE_EXIT.size, CodeEntry.block);
    this.log.u64(address, this.epoch);
    this.log.words(firstId, code.length | (exits.length << 16));
    this.log.raw([...code, ...new Array<number>(padded - code.length).fill(0)]);
    for (const { from, to } of exits) {
      this.log.u64(from, to ?? 0);
      this.log.words(to === undefined ? ExitCode.indirect : ExitCode.direct, 0);
    }
    if (this.log.length - at !== CODE_BLOCK.size + padded + exits.length * CODE_EXIT.size)
      throw new Error('length');
    this.nextId = Math.max(this.nextId, firstId + exits.length);
    return firstId;
  }

  map(start: number, end: number, offset: number, path: string, inode = 77n): void {
    const bytes = [...new TextEncoder().encode(path)];
    const padded = (bytes.length + 7) & ~7;
    this.log.words(CODE_MAP.size + padded, CodeEntry.map);
    this.log.u64(++this.epoch, start, end, offset, 0, inode);
    this.log.words(bytes.length, 0);
    this.log.raw([...bytes, ...new Array<number>(padded - bytes.length).fill(0)]);
  }

  unmap(start: number, end: number): void {
    this.log.words(CODE_MAP.size, CodeEntry.unmap);
    this.log.u64(++this.epoch, start, end, 0, 0, 0);
    this.log.words(0, 0);
  }

  changed(start: number, end: number): void {
    this.log.words(32, CodeEntry.changed);
    this.log.u64(++this.epoch, start, end);
  }

  /** `slots` must make whole pages. */
  thread(tid: number, slots = 1024): WrittenThread {
    const thread = new WrittenThread(this, this.threads.length + 1, tid, slots, this.epoch);
    this.threads.push(thread);
    return thread;
  }

  get currentEpoch(): number {
    return this.epoch;
  }

  /** Puts everything into the files, as if the program had stopped now. */
  save(state: keyof typeof RecordingState = 'on', running = 0): MemoryFiles {
    const page = new Uint8Array(PAGE);
    const view = new DataView(page.buffer);
    header(view, MAGIC.process);
    view.setUint32(PROCESS.pid, this.pid, true);
    view.setUint32(PROCESS.state, RecordingState[state], true);
    u64(view, PROCESS.records, 1000);
    u64(view, PROCESS.codeBytes, this.log.length);
    u64(view, PROCESS.epoch, this.epoch);
    view.setUint32(PROCESS.threads, this.threads.length, true);
    view.setUint32(PROCESS.running, running, true);
    if (running) u64(view, PROCESS.position, this.threads[running - 1]!.position);
    if (this.parent) {
      view.setUint32(PROCESS.forkParent, this.parent.pid, true);
      u64(view, PROCESS.forkCodeBytes, this.parent.log.length);
    }
    page.set(new TextEncoder().encode('/bin/wörk'), PROCESS.program);
    this.files.bytes.set(`${this.name}.process`, page);
    this.files.bytes.set(`${this.name}.code`, this.log.taken());
    for (const thread of this.threads) thread.save(running === thread.serial);
    return this.files;
  }
}

export class WrittenThread {
  private readonly ring: Uint32Array;
  private written = 0;
  floor = 0;
  floorIp = 0;
  exited = false;
  ip = 0x1234;
  private savedPosition = BASE;

  constructor(
    private readonly recording: WrittenRecording,
    readonly serial: number,
    readonly tid: number,
    slots: number,
    private epoch: number,
  ) {
    this.ring = new Uint32Array(slots);
  }

  get head(): number {
    return this.written;
  }

  get position(): number {
    return BASE + (this.written % this.ring.length) * 4;
  }

  direct(id: number): void {
    this.slots(id);
  }

  indirect(id: number, to: number): void {
    this.slots(...halves(to), id);
  }

  event(kind: keyof typeof EventCode, a: number, b: number, info = 0): void {
    this.slots(...halves(a), ...halves(b), info, EventCode[kind]);
  }

  /** As the tool does before a thread runs on. */
  catchUp(): void {
    if (this.epoch === this.recording.currentEpoch) return;
    this.event('epoch', this.epoch, this.recording.currentEpoch);
    this.epoch = this.recording.currentEpoch;
  }

  slots(...values: number[]): void {
    for (const value of values) this.ring[this.written++ % this.ring.length] = value;
    this.ring[this.written % this.ring.length] = 0; // what a 64-bit store of an id leaves
  }

  save(running: boolean): void {
    const file = new Uint8Array(PAGE + this.ring.length * 4);
    const view = new DataView(file.buffer);
    header(view, MAGIC.thread);
    view.setUint32(THREAD.pid, this.recording.pid, true);
    view.setUint32(THREAD.tid, this.tid, true);
    view.setUint32(THREAD.serial, this.serial, true);
    view.setUint32(THREAD.state, this.exited ? ThreadState.exited : ThreadState.live, true);
    if (!running) this.savedPosition = this.position;
    const laps = Math.floor(this.written / this.ring.length);
    u64(view, THREAD.ringBytes, this.ring.length * 4);
    u64(view, THREAD.base, BASE);
    u64(view, THREAD.position, this.savedPosition);
    u64(view, THREAD.lapsNext, laps);
    u64(view, THREAD.laps, laps);
    u64(view, THREAD.floor, this.floor);
    u64(view, THREAD.floorIp, this.floorIp);
    u64(view, THREAD.epoch, this.epoch);
    u64(view, THREAD.ip, this.ip);
    file.set(new Uint8Array(this.ring.buffer), PAGE);
    this.recording.files.bytes.set(`${this.recording.name}.t${this.serial}`, file);
  }
}

function header(view: DataView, magic: readonly [number, number]): void {
  view.setUint32(0, magic[0], true);
  view.setUint32(4, magic[1], true);
  view.setUint32(8, RING_VERSION, true);
  view.setUint32(12, RECORDS_EXIT_IDS, true);
}

export function u64(view: DataView, offset: number, value: number): void {
  view.setBigUint64(offset, BigInt.asUintN(64, BigInt(value)), true);
}

function halves(value: number | bigint): [number, number] {
  const big = BigInt.asUintN(64, BigInt(value));
  return [Number(big & 0xffff_ffffn), Number(big >> 32n)];
}

class Bytes {
  private bytes: number[] = [];

  get length(): number {
    return this.bytes.length;
  }

  raw(bytes: readonly number[]): void {
    this.bytes.push(...bytes);
  }

  words(...values: number[]): void {
    for (const value of values) for (let i = 0; i < 32; i += 8) this.bytes.push((value >>> i) & 0xff);
  }

  u64(...values: (number | bigint)[]): void {
    for (const value of values) this.words(...halves(value));
  }

  taken(): Uint8Array {
    return Uint8Array.from(this.bytes);
  }
}

export const HEADER_BYTES = CODE_HEADER.size;
