/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process page: who is recorded, how it stands, which thread is in generated code. See bts_process.c. */
#ifndef BTS_PROCESS_H
#define BTS_PROCESS_H

#include "bts_ring.h"
#include "pub_tool_basics.h"

/* The name of the page is a macro so that the tool's sources read as if it were a plain variable. */
extern union bts_process_page {
  struct bts_process process;
  UChar page[BTS_PAGE];
} bts_process_page;
#define bts_self (bts_process_page.process)

/* --bts-dir; not freed. */
extern const HChar *bts_directory;

/* Ends the run with the reason when the directory will not do. */
void bts_process_check_directory(void);

/* Ends the run, saying why nothing can be recorded. */
void bts_process_refuse(const HChar *why) __attribute__((noreturn));

/* Makes this process's files. `parent` is the process page of the one it was forked from, or NULL. */
Bool bts_process_open(const struct bts_process *parent);

/* Leaves the page's file to the parent: the variable becomes memory of this process alone, with this content. */
void bts_process_detach(const struct bts_process *content);

/* "DIRECTORY/PID.N" + suffix, in a buffer that the next call overwrites. */
const HChar *bts_process_file(const HChar *suffix);

/* Creates a file of this process, readable by its owner alone; a descriptor hidden from the program, or -1. */
Int bts_process_create(const HChar *suffix);

/* Nothing more is recorded, and why; said once on Valgrind's log. */
void bts_process_stop_recording(enum bts_state why);

#endif
