/* SPDX-License-Identifier: GPL-2.0-or-later OR MIT */
/*
 * The files in which the Valgrind tool `bts` leaves branches, and their layout. docs/ring.md explains them;
 * src/ring/layout.ts states the same offsets for readers and a test compares the two.
 *
 * Everything is little-endian. A process has, in the directory given with --bts-dir:
 *
 *   PID.N.process   one page: who the process is, how recording stands, which thread is in generated code
 *   PID.N.code      the code log: what each exit id means, and the code bytes as they were translated
 *   PID.N.tS        one per thread (S counts from 1): a header page, then the ring of slots
 *
 * N counts from 0 and tells apart images that had the same pid one after the other (exec, pid reuse).
 *
 * Bump BTS_RING_VERSION for any change an existing reader would misread.
 */
#ifndef BTS_RING_H
#define BTS_RING_H

#include <stdint.h>

#define BTS_RING_VERSION 1
#define BTS_PAGE 4096

#define BTS_PROCESS_MAGIC 0x636f725073746221ull /* "!btsProc" */
#define BTS_THREAD_MAGIC 0x6572685473746221ull  /* "!btsThre" */
#define BTS_CODE_MAGIC 0x65646f4373746221ull    /* "!btsCode" */

/*
 * How a branch lies in the ring. Another kind may be chosen later; a reader refuses one it does not know.
 *
 * BTS_RECORDS_EXIT_IDS: slots of four bytes, read backwards from the head.
 *   a direct branch    1 slot    [exit id]
 *   an indirect one    3 slots   [target, low half][target, high half][exit id]
 *   an event           6 slots   [a lo][a hi][b lo][b hi][info][enum bts_event]
 * The last slot of each says what it is, so a walk backwards from the head never has to guess. What an
 * exit id means (from, to or "indirect") stands in the code log.
 */
enum bts_record_kind {
  BTS_RECORDS_EXIT_IDS = 1,
};

/* Values of the last slot. 0 never occurs; exit ids end at 2^31 - 1. */
enum bts_event {
  BTS_EVENT_GAP = 1,       /* a: enum bts_gap; b: the ip at which execution goes on */
  BTS_EVENT_SIGNAL = 2,    /* info: number; a: the interrupted ip; b: the handler */
  BTS_EVENT_SIGRETURN = 3, /* a: the syscall instruction; b: the ip at which execution goes on */
  BTS_EVENT_EXEC = 4,      /* a: the syscall instruction; taken back if the exec fails */
  BTS_EVENT_FORK = 5,      /* info: the child's pid; a: the ip after the syscall */
  BTS_EVENT_EXIT = 6,      /* a: the ip after the thread's last instruction */
  BTS_EVENT_EPOCH = 7,     /* a: the epoch before; b: the epoch from here on (see the code log) */
};
#define BTS_FIRST_EXIT 256
#define BTS_EVENT_SLOTS 6

/*
 * A record in the making may have written this many slots at and behind the head, and the head has come round:
 * the oldest this many slots of a full ring are not to be trusted.
 */
#define BTS_TORN_SLOTS 8

enum bts_gap {
  BTS_GAP_START = 1,   /* the thread, or the recording of this process, began */
  BTS_GAP_OFF = 2,     /* recording was switched off: b is 0; or on again, behind it: at b */
  BTS_GAP_STOPPED = 3, /* recording stopped for good (enum bts_state says why); b is 0 */
};

enum bts_state {
  BTS_STATE_OFF = 0,
  BTS_STATE_ON = 1,
  BTS_STATE_NO_SPACE = 2,     /* the disk filled up: nothing more is recorded */
  BTS_STATE_OUT_OF_IDS = 3,   /* 2^31 distinct exits: nothing more is recorded */
  BTS_STATE_ENDED = 4,        /* the process ended by itself (a killed one never says so) */
};

/*
 * One page, mapped over the tool's own `bts_process` (bts_process.c).
 *
 * `position` is where the running thread's next record goes, an address within the tool. While `running` is
 * 0 it means nothing and each thread's own `position` counts; otherwise it is the position of thread serial
 * `running`. Generated code stores the slots first and the position last, so whenever the process dies
 * everything below the position is whole.
 */
struct bts_process {
  uint64_t magic;
  uint32_t version;
  uint32_t record_kind;
  uint32_t pid;
  uint32_t parent; /* pid of the parent at the start of recording */
  uint32_t image;  /* N of this process's file names */
  uint32_t state;  /* enum bts_state */
  uint64_t started; /* CLOCK_MONOTONIC, ns */
  uint64_t records; /* how many of each thread's newest records are always kept */
  uint64_t code_bytes; /* how much of the code log is complete */
  uint64_t epoch;      /* the newest epoch in the code log */
  uint32_t threads; /* thread files made so far; serials are 1..threads, exited ones may be deleted */
  uint32_t unrecorded_threads; /* threads that got no ring because the total cap was reached or the disk full */
  uint64_t position;
  uint32_t running;
  uint32_t reserved;
  /* After fork: the parent's files and how much of its code log the child's ids build on. */
  uint32_t fork_parent; /* 0: not a fork of a recorded process */
  uint32_t fork_parent_image;
  uint64_t fork_code_bytes;
  char program[2048]; /* as given to Valgrind, NUL-terminated, cut when longer */
};

enum bts_thread_state {
  BTS_THREAD_LIVE = 1,
  BTS_THREAD_EXITED = 2,
};

/*
 * The first page of a thread file; `ring_bytes` of slots follow at offset BTS_PAGE.
 *
 * The file of a thread that exited or called exec and never filled its ring may end with the last slot it used.
 *
 * The number of slots ever written is  laps * (ring_bytes / 4) + (position - base) / 4.
 * Between two visits to the scheduler the position runs on past base + ring_bytes (the ring is mapped there
 * again and again); the tool then takes whole rings off it. A reader that looks in mid-way sees a position
 * past the ring with the old `laps`, or one inside it with the new: so take `laps` when the position is at or
 * past the ring's end and `laps_next` when not.
 */
struct bts_thread {
  uint64_t magic;
  uint32_t version;
  uint32_t record_kind;
  uint32_t pid;
  uint32_t tid;        /* the kernel's */
  uint32_t generation; /* how many earlier threads of this process had the same tid */
  uint32_t serial;
  uint32_t valgrind_tid;
  uint32_t state; /* enum bts_thread_state */
  uint64_t ring_bytes;
  uint64_t base;      /* address of the first slot, in the tool */
  uint64_t position;  /* address of the head, in the tool */
  uint64_t laps_next;
  uint64_t laps;
  uint64_t floor;     /* number of the first slot that was not cleared */
  uint64_t floor_ip;  /* the ip at which execution went on then */
  uint64_t epoch;     /* the epoch at the head */
  uint64_t ip;        /* where it stands, when it is not in generated code */
};

/* The code log: a header, then entries of a multiple of 8 bytes each. */
struct bts_code_header {
  uint64_t magic;
  uint32_t version;
  uint32_t first_id; /* the first exit id in this log: BTS_FIRST_EXIT, or where the fork parent's ended */
};

enum bts_code_entry {
  BTS_CODE_BLOCK = 1,
  BTS_CODE_MAP = 2,
  BTS_CODE_UNMAP = 3,
  BTS_CODE_CHANGED = 4,
};

struct bts_code_entry_header {
  uint32_t bytes; /* of the whole entry, this header included */
  uint32_t type;  /* enum bts_code_entry */
};

/* A run of code as translated. `length` bytes of code follow, padded to 8, then `exits` of bts_code_exit. */
struct bts_code_block {
  struct bts_code_entry_header header;
  uint64_t address;
  uint64_t epoch;    /* in which it was first translated */
  uint32_t first_id; /* exit number i has id first_id + i */
  uint16_t length;
  uint16_t exits;
};

enum bts_exit_kind {
  BTS_EXIT_DIRECT = 0,
  BTS_EXIT_INDIRECT = 1,
  BTS_EXIT_REDIRECT = 2, /* not a branch: Valgrind runs the code at `to` in place of that at `from` */
};

struct bts_code_exit {
  uint64_t from; /* address of the branch instruction */
  uint64_t to;   /* 0 when indirect */
  uint32_t kind; /* enum bts_exit_kind */
  uint32_t reserved;
};

/* A file mapped executable, or memory unmapped. A path of `path_length` bytes follows, padded to 8. */
struct bts_code_map {
  struct bts_code_entry_header header;
  uint64_t epoch; /* begins with this */
  uint64_t start;
  uint64_t end;
  uint64_t offset; /* in the file */
  uint64_t device;
  uint64_t inode;
  uint32_t path_length;
  uint32_t reserved;
};

/* The bytes in [start, end) are not those logged before: later blocks hold the new ones. */
struct bts_code_changed {
  struct bts_code_entry_header header;
  uint64_t epoch; /* begins with this */
  uint64_t start;
  uint64_t end;
};

#endif
