/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Thread files, and how a ring lies in memory.
 *
 *   | header | slots ............ | slots again ...... | slots again ...... | slo |
 *   ^ page   ^ base               ^ base + ring_bytes                            ^ base + ring_bytes + overrun
 *
 * Generated code only ever adds to the position: it neither masks nor compares. It may do so for one turn in
 * generated code, which the core limits to `scheduling quantum` superblocks, each of at most
 * BTS_MAX_SLOTS_PER_BLOCK slots; that many are mapped behind the ring, and they are the ring's own pages over
 * again. Before the next turn the tool takes whole rings off the position (bts_threads.c).
 *
 * The address space is reserved as anonymous memory and the file mapped over it piece by piece; to the core's
 * address space manager it stays one segment, and one munmap ends it all.
 *
 * The part of a ring that was never written is given back when its thread exits, and for the time of an exec: it
 * would stay reserved for good.
 *
 * All files of one process together keep within --bts-memory. The file of an exited thread is cut to what it
 * used; when there is no room for another thread, those of exited threads are deleted, the longest exited first.
 */
#include "bts_ring_file.h"

#include "bts_instrument.h"
#include "bts_exits.h"
#include "bts_process.h"
#include "bts_system.h"
#include "bts_threads.h"

#include "pub_tool_aspacemgr.h"
#include "pub_tool_libcbase.h"
#include "pub_tool_libcfile.h"
#include "pub_tool_libcprint.h"
#include "pub_tool_mallocfree.h"
#include "pub_tool_vki.h"

/* Smaller rings would need very many mappings behind them. */
#define LEAST_RING_BYTES (1 << 20)

struct retired {
  struct retired *next;
  UInt serial;
  ULong bytes;
};

static ULong ring_bytes, overrun, used_bytes;
static struct retired *oldest, *newest;
static Addr sink;

void bts_ring_file_configure(void)
{
   /* An indirect branch takes three slots; the ring must hold `records` of them and some events. */
   ULong slots = bts_records * 3 + 64 * BTS_EVENT_SLOTS;

   ring_bytes = VG_ROUNDUP(slots * 4, BTS_PAGE);
   if (ring_bytes < LEAST_RING_BYTES)
      ring_bytes = LEAST_RING_BYTES;
   overrun = VG_ROUNDUP((ULong)bts_scheduling_quantum() * BTS_MAX_SLOTS_PER_BLOCK * 4 + BTS_PAGE, BTS_PAGE);
   sink = (Addr)bts_reserve_addresses(overrun);
   if (sink == 0)
      bts_process_refuse("there is no address space for what a thread may record in one turn: give a smaller "
                         "--scheduling-quantum");
}

Addr bts_ring_file_sink(void)
{
   return sink;
}

ULong bts_ring_file_overrun(void)
{
   return overrun;
}

static SizeT mapped_bytes(void)
{
   return BTS_PAGE + ring_bytes + overrun;
}

static const HChar *suffix(UInt serial)
{
   static HChar text[16];

   VG_(sprintf)(text, ".t%u", serial);
   return text;
}

/* Makes room within --bts-memory for one more file. False when all there is belongs to live threads. */
static Bool make_room(void)
{
   while (used_bytes + BTS_PAGE + ring_bytes > bts_memory << 20) {
      struct retired *drop = oldest;
      if (drop == NULL)
         return False;
      oldest = drop->next;
      if (oldest == NULL)
         newest = NULL;
      VG_(unlink)(bts_process_file(suffix(drop->serial)));
      used_bytes -= drop->bytes;
      VG_(free)(drop);
   }
   return True;
}

static Bool map_ring(UChar *at, Int fd)
{
   ULong done;

   if (!bts_map_over(at, BTS_PAGE + ring_bytes, fd, 0))
      return False;
   for (done = 0; done < overrun; done += ring_bytes) {
      ULong length = overrun - done < ring_bytes ? overrun - done : ring_bytes;
      if (!bts_map_over(at + BTS_PAGE + ring_bytes + done, length, fd, BTS_PAGE))
         return False;
   }
   return True;
}

struct bts_thread *bts_ring_file_make(UInt serial)
{
   struct bts_thread *ring;
   UChar *at;
   Int fd;

   if (!make_room())
      return NULL;
   fd = bts_process_create(suffix(serial));
   if (fd < 0)
      return NULL;
   if (bts_reserve(fd, 0, BTS_PAGE + ring_bytes) != 0)
      goto remove_file;
   at = bts_reserve_addresses(mapped_bytes());
   if (at == NULL)
      goto remove_file;
   if (!map_ring(at, fd))
      goto unmap;
   VG_(close)(fd);
   used_bytes += BTS_PAGE + ring_bytes;
   ring = (struct bts_thread *)at;
   ring->version = BTS_RING_VERSION;
   ring->record_kind = BTS_RECORDS_EXIT_IDS;
   ring->pid = bts_self.pid;
   ring->serial = serial;
   ring->ring_bytes = ring_bytes;
   ring->base = ring->position = (Addr)at + BTS_PAGE;
   return ring;

unmap:
   VG_(am_munmap_valgrind)((Addr)at, mapped_bytes());
remove_file:
   VG_(close)(fd);
   VG_(unlink)(bts_process_file(suffix(serial)));
   return NULL;
}

void bts_ring_file_disown(struct bts_thread *ring)
{
   VG_(am_munmap_valgrind)((Addr)ring, mapped_bytes());
}

/* How long the file has to be when nothing but an event will be added; all of it, when the ring was filled. */
static ULong used_length(const struct bts_thread *ring)
{
   ULong used = ring->laps ? ring_bytes : VG_ROUNDUP(ring->position - ring->base + BTS_EVENT_SLOTS * 4, BTS_PAGE);

   return BTS_PAGE + (used < ring_bytes ? used : ring_bytes);
}

Bool bts_ring_file_give_back(struct bts_thread *ring)
{
   ULong length = used_length(ring);

   return length < BTS_PAGE + ring_bytes && bts_truncate(bts_process_file(suffix(ring->serial)), length);
}

Bool bts_ring_file_take_again(struct bts_thread *ring)
{
   Int fd = VG_(fd_open)(bts_process_file(suffix(ring->serial)), VKI_O_RDWR, 0);
   Bool reserved;

   if (fd < 0)
      return False;
   reserved = bts_reserve(fd, used_length(ring), BTS_PAGE + ring_bytes) == 0;
   VG_(close)(fd);
   return reserved;
}

void bts_ring_file_retire(struct bts_thread *ring)
{
   struct retired *entry = VG_(malloc)("bts.ring.retired", sizeof(*entry));

   entry->next = NULL;
   entry->serial = ring->serial;
   entry->bytes = BTS_PAGE + ring_bytes;
   if (ring->laps == 0 && ring->position - ring->base < ring_bytes) {
      entry->bytes = VG_ROUNDUP(BTS_PAGE + ring->position - ring->base, BTS_PAGE);
      bts_truncate(bts_process_file(suffix(ring->serial)), entry->bytes);
      used_bytes -= BTS_PAGE + ring_bytes - entry->bytes;
   }
   if (newest)
      newest->next = entry;
   else
      oldest = entry;
   newest = entry;
   bts_ring_file_disown(ring);
}

void bts_ring_file_forget_retired(void)
{
   while (oldest) {
      struct retired *entry = oldest;
      oldest = entry->next;
      VG_(free)(entry);
   }
   newest = NULL;
   used_bytes = 0;
}
