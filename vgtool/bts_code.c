/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The code log: an append-only file, written with write(2) when code is translated or mapped.
 *
 * An entry is in the file before the first record that needs it can be made, because translation precedes
 * execution; `code_bytes` in the process page moves after each whole entry. A full disk is an error from
 * write(2), upon which recording stops: nothing here is mapped, so there is nothing to fault on. Translating a
 * superblock costs about a hundred times the system call.
 *
 * Epochs. A record holds ids, and an id means a place in code whose bytes and whose file may change while the
 * id lives on. So whenever something changes that a reader must know to interpret *later* records - code bytes
 * that differ from those logged before, an executable file mapped, memory unmapped - the entry begins a new
 * epoch, and each thread writes an epoch event into its ring before its next record (bts_threads.c). To notice
 * changed bytes the tool keeps what it logged, a shadow page per page of code.
 *
 * The log's newest bytes are those that run: when they change, translations of others are discarded. Otherwise
 * one of them would run again, unnoticed, as soon as the bytes are back.
 *
 * Everything here runs with Valgrind's big lock held, outside generated code.
 */
#include "bts_code.h"

#include "bts_process.h"
#include "bts_system.h"

#include "pub_tool_hashtable.h"
#include "pub_tool_libcassert.h"
#include "pub_tool_libcbase.h"
#include "pub_tool_libcfile.h"
#include "pub_tool_libcprint.h"
#include "pub_tool_mallocfree.h"
#include "pub_tool_vki.h"

#define SHADOW_PAGE 4096

/* What was last logged as the bytes of one page. */
struct shadow_page {
  VgHashNode node; /* first: key is address / SHADOW_PAGE */
  UChar known[SHADOW_PAGE / 8];
  UChar bytes[SHADOW_PAGE];
};

static VgHashTable *shadow;
static Int log_fd = -1;

static Bool append(const void *entry, SizeT length)
{
   if (bts_self.state != BTS_STATE_ON && bts_self.state != BTS_STATE_OFF)
      return False;
   if (bts_append(log_fd, bts_self.code_bytes, entry, length) != 0) {
      bts_process_stop_recording(BTS_STATE_NO_SPACE);
      return False;
   }
   bts_self.code_bytes += length;
   return True;
}

Bool bts_code_open(UInt first_id)
{
   struct bts_code_header header = {BTS_CODE_MAGIC, BTS_RING_VERSION, first_id};

   if (log_fd >= 0)
      VG_(close)(log_fd);
   log_fd = bts_process_create(".code");
   if (log_fd < 0)
      return False;
   if (shadow == NULL)
      shadow = VG_(HT_construct)("bts.code.shadow");
   return append(&header, sizeof(header));
}

static ULong next_epoch(void)
{
   return bts_self.epoch + 1;
}

/* Logs an entry that begins the epoch `next_epoch()`. */
static Bool append_epoch(const void *entry, SizeT length)
{
   if (!append(entry, length))
      return False;
   bts_self.epoch = next_epoch();
   return True;
}

static struct shadow_page *shadow_page_of(Addr address)
{
   struct shadow_page *page = VG_(HT_lookup)(shadow, address / SHADOW_PAGE);

   if (page == NULL) {
      page = VG_(calloc)("bts.code.page", 1, sizeof(*page));
      page->node.key = address / SHADOW_PAGE;
      VG_(HT_add_node)(shadow, page);
   }
   return page;
}

/* Notes the bytes in [address, end) of one page; True when some were known to be others. */
static Bool note_bytes(Addr address, Addr end)
{
   struct shadow_page *page = shadow_page_of(address);
   Bool changed = False;

   for (; address < end; address++) {
      UInt i = address % SHADOW_PAGE;
      UChar byte = *(const UChar *)address;
      UChar bit = 1 << (i & 7);
      if ((page->known[i / 8] & bit) && page->bytes[i] != byte)
         changed = True;
      page->known[i / 8] |= bit;
      page->bytes[i] = byte;
   }
   return changed;
}

enum bts_code_check bts_code_check(Addr address, UShort length)
{
   struct bts_code_changed entry = {
      {sizeof(entry), BTS_CODE_CHANGED}, next_epoch(), address, address + length};
   Bool changed = False;
   Addr at, end = address + length;

   for (at = address; at < end;) {
      Addr page_end = VG_ROUNDDN(at, SHADOW_PAGE) + SHADOW_PAGE;
      Addr stop = page_end < end ? page_end : end;
      if (note_bytes(at, stop))
         changed = True;
      at = stop;
   }
   if (!changed)
      return BTS_CODE_AS_LOGGED;
   bts_discard_translations(address, length);
   return append_epoch(&entry, sizeof(entry)) ? BTS_CODE_NEW_EPOCH : BTS_CODE_CHECK_FAILED;
}

Bool bts_code_log_block(Addr address, UShort length, UInt first_id, const struct bts_exits *exits)
{
   static UChar buffer[sizeof(struct bts_code_block) + 8192 + BTS_MAX_EXITS * sizeof(struct bts_code_exit)];
   struct bts_code_block *block = (struct bts_code_block *)buffer;
   UInt code_bytes = VG_ROUNDUP(length, 8);
   UInt exit_bytes = exits->count * sizeof(exits->exit[0]);
   UChar *code = buffer + sizeof(*block);

   tl_assert(code_bytes <= 8192); /* VEX keeps an extent below 5000 */
   block->header.bytes = sizeof(*block) + code_bytes + exit_bytes;
   block->header.type = BTS_CODE_BLOCK;
   block->address = address;
   block->epoch = bts_self.epoch;
   block->first_id = first_id;
   block->length = length;
   block->exits = exits->count;
   VG_(memcpy)(code, (const void *)address, length);
   VG_(memset)(code + length, 0, code_bytes - length);
   VG_(memcpy)(code + code_bytes, exits->exit, exit_bytes);
   return append(buffer, block->header.bytes);
}

Bool bts_code_log_map(Addr start, Addr end, ULong offset, ULong device, ULong inode, const HChar *path)
{
   UInt path_length = VG_(strlen)(path);
   UInt bytes = sizeof(struct bts_code_map) + VG_ROUNDUP(path_length, 8);
   struct bts_code_map *map = VG_(calloc)("bts.code.map", 1, bytes);
   Bool ok;

   map->header.bytes = bytes;
   map->header.type = BTS_CODE_MAP;
   map->epoch = next_epoch();
   map->start = start;
   map->end = end;
   map->offset = offset;
   map->device = device;
   map->inode = inode;
   map->path_length = path_length;
   VG_(memcpy)(map + 1, path, path_length);
   ok = append_epoch(map, bytes);
   VG_(free)(map);
   return ok;
}

Bool bts_code_log_unmap(Addr start, Addr end)
{
   struct bts_code_map entry = {{sizeof(entry), BTS_CODE_UNMAP}, next_epoch(), start, end, 0, 0, 0, 0, 0};

   return append_epoch(&entry, sizeof(entry));
}
