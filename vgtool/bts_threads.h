/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ring per thread, and the events in it. See bts_threads.c. */
#ifndef BTS_THREADS_H
#define BTS_THREADS_H

#include "bts_ring.h"
#include "pub_tool_basics.h"

/* --records: how many of each thread's newest records are kept; and --bts-memory, for all rings, in MiB. */
extern ULong bts_records;
extern ULong bts_memory;

#define BTS_RECORDS_DEFAULT 1000000
#define BTS_RECORDS_MAX (64 << 20)
#define BTS_MEMORY_DEFAULT 2048

/* Once, before any thread: sizes everything. */
void bts_threads_configure(void);

/* The thread's life, and its turns in generated code. Core events with these names. */
void bts_thread_begin(ThreadId tid);
void bts_thread_run(ThreadId tid, ULong blocks);
void bts_thread_pause(ThreadId tid, ULong blocks);
void bts_thread_end(ThreadId tid);

/* Appends an event to the thread's ring. */
void bts_thread_event(ThreadId tid, enum bts_event kind, ULong a, ULong b, UInt info);

/* The thread is about to call exec, by the instruction there; and goes on, for it failed. */
void bts_thread_exec(ThreadId tid, Addr at);
void bts_thread_exec_failed(ThreadId tid);

/* The thread is about to make a system call, by the instruction there. */
void bts_thread_syscall(ThreadId tid, Addr instruction);

/* A signal is about to be delivered: its event is completed with the handler once that is known. */
void bts_thread_signal(ThreadId tid, UInt number);

/* Recording goes on, after it was off: every thread says so before its next record. */
void bts_threads_resume(void);

/* Drops what was recorded. Allowed in the middle of a superblock: it moves no position. */
void bts_threads_clear(void);

/* After fork, in the child: only `tid` is left, and the parent's rings are not its own. */
void bts_threads_after_fork(ThreadId tid);

/* Nothing more will be recorded; each thread's last ip is noted. */
void bts_threads_freeze(void);

#endif
