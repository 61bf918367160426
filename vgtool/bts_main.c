/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bts: a Valgrind tool that records every taken branch.
 *
 * Layout of the sources, from the hot path outwards:
 *
 *   bts_branch      which instructions are branches
 *   bts_instrument  the few instructions a record costs, put into each superblock
 *   bts_exits       ids: four bytes stand for a branch
 *   bts_code        the code log: what the ids mean, and the code as it was
 *   bts_modules     which files the code is from, and since when
 *   bts_threads     a ring per thread, and the events in it
 *   bts_ring_file   how a ring lies in memory and on disk
 *   bts_process     the page that says who is recorded and where the running thread's head is
 *   bts_events      signals, exec, fork
 *   bts_command     on, off, clear, from GDB
 *   bts_system      the little that the public tool API lacks
 *
 * bts_ring.h is the format, for readers too; docs/ring.md explains it.
 *
 * Lifetimes. The process page, the code log and its bookkeeping live as long as the process; a ring from its
 * thread's first instruction until its exit, its file beyond that. A fork replaces the page, the log and the
 * rings in the child before it runs any code, and keeps the bookkeeping: the child's ids continue the
 * parent's. Nothing is ever taken out of the code log.
 *
 * Concurrency. The core's big lock serialises everything here; there is no second writer. What a reader in
 * another process may rely on at any instant, even after SIGKILL, is written at bts_threads.c and bts_ring.h.
 */
#include "bts_code.h"
#include "bts_command.h"
#include "bts_events.h"
#include "bts_exits.h"
#include "bts_instrument.h"
#include "bts_modules.h"
#include "bts_process.h"
#include "bts_threads.h"

#include "pub_tool_basics.h"
#include "pub_tool_libcbase.h"
#include "pub_tool_libcprint.h"
#include "pub_tool_options.h"
#include "pub_tool_tooliface.h"

static Bool record_from_start = True;

static Bool process_option(const HChar *arg)
{
   Long number;

   if VG_STR_CLO(arg, "--bts-dir", bts_directory) {}
   else if VG_BINT_CLO(arg, "--records", number, 1, BTS_RECORDS_MAX) bts_records = number;
   else if VG_BINT_CLO(arg, "--bts-memory", number, 2, 1 << 24) bts_memory = number;
   else if VG_BOOL_CLO(arg, "--record", record_from_start) {}
   else
      return False;
   return True;
}

static void print_usage(void)
{
   VG_(printf)("    --bts-dir=DIR             directory for the recording; it must be yours, mode 0700\n"
               "    --records=N               newest records to keep for each thread [%d]\n"
               "    --bts-memory=MIB          space all of a process's rings may take [%d]\n"
               "    --record=yes|no           record from the start [yes]\n",
               BTS_RECORDS_DEFAULT, BTS_MEMORY_DEFAULT);
}

static void print_debug_usage(void)
{
   VG_(printf)("    (none)\n");
}

static void after_options(void)
{
   bts_process_check_directory();
   if (!bts_process_open(NULL) || !bts_code_open(BTS_FIRST_EXIT))
      bts_process_refuse("no files can be made in it: is the disk full, or the file system read-only?");
   bts_self.state = record_from_start ? BTS_STATE_ON : BTS_STATE_OFF;
   bts_instrument_configure_vex();
   bts_threads_configure();
}

static void at_end(Int status)
{
   bts_threads_freeze();
   if (bts_self.state == BTS_STATE_ON || bts_self.state == BTS_STATE_OFF)
      bts_self.state = BTS_STATE_ENDED;
}

static void before_options(void)
{
   VG_(details_name)("bts");
   VG_(details_version)(NULL);
   VG_(details_description)("a recorder of taken branches");
   VG_(details_copyright_author)("Copyright (C) 2026, and GNU GPL'd, by the Branch History Debugger authors.");
   VG_(details_bug_reports_to)("the Branch History Debugger's issue tracker");
   VG_(details_avg_translation_sizeB)(230);

   VG_(basic_tool_funcs)(after_options, bts_instrument, at_end);
   VG_(needs_command_line_options)(process_option, print_usage, print_debug_usage);
   bts_events_register();
   bts_modules_register();
   bts_command_register();
}

VG_DETERMINE_INTERFACE_VERSION(before_options)
