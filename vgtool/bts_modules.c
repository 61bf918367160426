/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which file lies where, and since when.
 *
 * Only mappings of files that may be executed matter; code in anonymous memory is known by its bytes alone.
 * A later mapping over an earlier one ends it. A loss of the execute permission does not: what ran is still from
 * that file, and the permission may come back.
 */
#include "bts_modules.h"

#include "bts_code.h"

#include "pub_tool_aspacemgr.h"
#include "pub_tool_libcassert.h"
#include "pub_tool_mallocfree.h"
#include "pub_tool_tooliface.h"
#include "pub_tool_xarray.h"

struct range {
  Addr start;
  Addr end;
};

static XArray *logged; /* of struct range, in no order: there are few */

static Bool is_logged(Addr start, Addr end)
{
   Word i;

   for (i = 0; i < VG_(sizeXA)(logged); i++) {
      struct range *range = VG_(indexXA)(logged, i);
      if (range->start <= start && end <= range->end)
         return True;
   }
   return False;
}

static void add(Addr start, Addr end)
{
   struct range range = {start, end};

   if (start < end)
      VG_(addToXA)(logged, &range);
}

/* Ends what is mapped in [start, end); what sticks out on either side stays. */
static void end_of(Addr start, Addr end)
{
   Word i;

   for (i = VG_(sizeXA)(logged) - 1; i >= 0; i--) {
      struct range range = *(struct range *)VG_(indexXA)(logged, i);
      Addr from = range.start > start ? range.start : start;
      Addr to = range.end < end ? range.end : end;
      if (from >= to)
         continue;
      VG_(removeIndexXA)(logged, i);
      add(range.start, from);
      add(to, range.end);
      bts_code_log_unmap(from, to);
   }
}

/* Logs the executable file segments within [start, end) as the address space manager has them. */
static void begin_of(Addr start, Addr end)
{
   Addr at = start;

   while (at < end) {
      const NSegment *segment = VG_(am_find_nsegment)(at);
      const HChar *path;
      Addr from, to;
      if (segment == NULL)
         return;
      from = segment->start > start ? segment->start : start;
      to = segment->end < end ? segment->end + 1 : end;
      at = segment->end + 1;
      if (segment->kind != SkFileC || !segment->hasX || is_logged(from, to))
         continue;
      path = VG_(am_get_filename)(segment);
      add(from, to);
      bts_code_log_map(from, to, segment->offset + (from - segment->start), segment->dev, segment->ino,
                       path ? path : "");
   }
}

static void on_mmap(Addr start, SizeT length, Bool r, Bool w, Bool x, ULong debuginfo)
{
   end_of(start, start + length);
   if (x)
      begin_of(start, start + length);
}

static void on_mprotect(Addr start, SizeT length, Bool r, Bool w, Bool x)
{
   if (x)
      begin_of(start, start + length);
}

static void on_munmap(Addr start, SizeT length)
{
   end_of(start, start + length);
}

static void on_mremap(Addr from, Addr to, SizeT length)
{
   end_of(from, from + length);
   begin_of(to, to + length);
}

void bts_modules_register(void)
{
   logged = VG_(newXA)(VG_(malloc), "bts.modules", VG_(free), sizeof(struct range));
   VG_(track_new_mem_startup)(on_mmap);
   VG_(track_new_mem_mmap)(on_mmap);
   VG_(track_change_mem_mprotect)(on_mprotect);
   VG_(track_die_mem_munmap)(on_munmap);
   VG_(track_copy_mem_remap)(on_mremap);
}
