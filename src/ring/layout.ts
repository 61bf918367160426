/**
 * The layout of the files the Valgrind tool `bts` writes, as in vgtool/bts_ring.h, whose comments explain it.
 * test/recorder/ring-layout.test.ts compares every number with what a C compiler makes of that header.
 */
export const RING_VERSION = 1;
export const PAGE = 4096;

export const RECORDS_EXIT_IDS = 1;

/** Magic numbers, as the little-endian pairs of 32-bit words they are read as. */
export const MAGIC = {
  process: [0x73746221, 0x636f7250],
  thread: [0x73746221, 0x65726854],
  code: [0x73746221, 0x65646f43],
} as const;

export const EventCode = {
  gap: 1,
  signal: 2,
  sigreturn: 3,
  exec: 4,
  fork: 5,
  exit: 6,
  epoch: 7,
} as const;

export const GapCode = { start: 1, off: 2, stopped: 3 } as const;

export const FIRST_EXIT = 256;
export const EVENT_SLOTS = 6;
export const TORN_SLOTS = 8;
/** A slot is four bytes. An indirect branch takes three. */
export const SLOT_BYTES = 4;
export const INDIRECT_SLOTS = 3;

export const RecordingState = { off: 0, on: 1, noSpace: 2, outOfIds: 3, ended: 4 } as const;
export const ThreadState = { live: 1, exited: 2 } as const;

/** struct bts_process: byte offsets. */
export const PROCESS = {
  magic: 0,
  version: 8,
  recordKind: 12,
  pid: 16,
  parent: 20,
  image: 24,
  state: 28,
  started: 32,
  records: 40,
  codeBytes: 48,
  epoch: 56,
  threads: 64,
  unrecordedThreads: 68,
  position: 72,
  running: 80,
  forkParent: 88,
  forkParentImage: 92,
  forkCodeBytes: 96,
  program: 104,
  size: 2152,
} as const;

/** struct bts_thread. */
export const THREAD = {
  magic: 0,
  version: 8,
  recordKind: 12,
  pid: 16,
  tid: 20,
  generation: 24,
  serial: 28,
  valgrindTid: 32,
  state: 36,
  ringBytes: 40,
  base: 48,
  position: 56,
  lapsNext: 64,
  laps: 72,
  floor: 80,
  floorIp: 88,
  epoch: 96,
  ip: 104,
  size: 112,
} as const;

/** struct bts_code_header. */
export const CODE_HEADER = { magic: 0, version: 8, firstId: 12, size: 16 } as const;

export const CodeEntry = { block: 1, map: 2, unmap: 3, changed: 4 } as const;

/** struct bts_code_entry_header, at the beginning of each of the following. */
export const CODE_ENTRY = { bytes: 0, type: 4, size: 8 } as const;

/** struct bts_code_block; the code, padded to 8, and the exits follow. */
export const CODE_BLOCK = {
  address: 8,
  epoch: 16,
  firstId: 24,
  length: 28,
  exits: 30,
  size: 32,
} as const;

export const ExitCode = { direct: 0, indirect: 1, redirect: 2 } as const;

/** struct bts_code_exit. */
export const CODE_EXIT = { from: 0, to: 8, kind: 16, size: 24 } as const;

/** struct bts_code_map; the path follows. */
export const CODE_MAP = {
  epoch: 8,
  start: 16,
  end: 24,
  offset: 32,
  device: 40,
  inode: 48,
  pathLength: 56,
  size: 64,
} as const;

/** struct bts_code_changed. */
export const CODE_CHANGED = { epoch: 8, start: 16, end: 24, size: 32 } as const;
