/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * monitor bts on | off | clear | status
 *
 * On and off discard all translations: while recording is off, code is translated without records and costs
 * nothing. A thread stopped in the middle of a superblock leaves it first, so `on` begins, and `off` ends, with
 * the next superblock; the gap event states where. `clear` takes effect at once, at the very instruction: to
 * record from a place on, stop there and clear.
 */
#include "bts_command.h"

#include "bts_process.h"
#include "bts_threads.h"

#include "pub_tool_basics.h"
#include "pub_tool_gdbserver.h"
#include "pub_tool_libcbase.h"
#include "pub_tool_tooliface.h"
#include "pub_tool_transtab.h"
#include "valgrind.h"

static void switch_to(enum bts_state state)
{
   if (bts_self.state != BTS_STATE_ON && bts_self.state != BTS_STATE_OFF) {
      VG_(gdb_printf)("bts: recording was stopped for good (state %u)\n", bts_self.state);
      return;
   }
   if (bts_self.state != state) {
      bts_self.state = state;
      if (state == BTS_STATE_ON)
         bts_threads_resume();
      VG_(discard_translations_safely)(0x1000, ~(SizeT)0xfff, "bts");
   }
   VG_(gdb_printf)("bts: recording is %s\n", state == BTS_STATE_ON ? "on" : "off");
}

static Bool run(HChar *words)
{
   HChar *rest;
   const HChar *word = VG_(strtok_r)(words, " ", &rest);

   if (word == NULL || VG_(strcmp)(word, "bts") != 0) {
      if (word && VG_(strcmp)(word, "help") == 0)
         VG_(gdb_printf)("branch recorder monitor commands:\n"
                         "  bts on|off    record, or not\n"
                         "  bts clear     drop what was recorded\n"
                         "  bts status    whether it records, and where\n");
      return False; /* the core has a help of its own to add */
   }
   word = VG_(strtok_r)(NULL, " ", &rest);
   switch (VG_(keyword_id)("on off clear status", word ? word : "", kwd_report_all)) {
   case 0:
      switch_to(BTS_STATE_ON);
      break;
   case 1:
      switch_to(BTS_STATE_OFF);
      break;
   case 2:
      bts_threads_clear();
      VG_(gdb_printf)("bts: cleared\n");
      break;
   case 3:
      VG_(gdb_printf)("bts: state %u, %u thread files, %u threads without one, code log %llu bytes, %s\n",
                      bts_self.state, bts_self.threads, bts_self.unrecorded_threads,
                      (ULong)bts_self.code_bytes, bts_process_file(""));
      break;
   default:
      break;
   }
   return True;
}

static Bool on_request(ThreadId tid, UWord *args, UWord *result)
{
   if (args[0] != VG_USERREQ__GDB_MONITOR_COMMAND)
      return False;
   *result = run((HChar *)args[1]) ? 1 : 0;
   return *result;
}

void bts_command_register(void)
{
   VG_(needs_client_requests)(on_request);
}
