/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exit ids.
 *
 * Valgrind drops and remakes translations: when its cache is full, when a breakpoint is set, when recording is
 * switched. The same code then gets the same ids again, so neither the ids nor the code log grow with it. To
 * that end every superblock ever logged is kept here, by address: its bytes and its exits.
 */
#include "bts_exits.h"

#include "bts_code.h"
#include "bts_process.h"

#include "pub_tool_hashtable.h"
#include "pub_tool_libcassert.h"
#include "pub_tool_libcbase.h"
#include "pub_tool_mallocfree.h"

struct known_block {
  VgHashNode node; /* first: key is the address; several blocks may have the same */
  UInt first_id;
  UShort length;
  UShort exits;
  UChar content[]; /* the bytes, then the exits */
};

#define ID_LIMIT 0x7fffffffu

static VgHashTable *known_blocks;
static UInt next_id = BTS_FIRST_EXIT;

UInt bts_exits_add(struct bts_exits *exits, Addr from, Addr to, enum bts_exit_kind kind)
{
   struct bts_code_exit *exit;
   UInt i;

   for (i = 0; i < exits->count; i++) {
      exit = &exits->exit[i];
      if (exit->from == from && exit->to == to && exit->kind == kind)
         return i;
   }
   tl_assert(exits->count < BTS_MAX_EXITS);
   exit = &exits->exit[exits->count];
   exit->from = from;
   exit->to = to;
   exit->kind = kind;
   exit->reserved = 0;
   return exits->count++;
}

/* What is looked for; the bytes are those in memory now. */
struct search {
  VgHashNode node; /* first, as in struct known_block */
  UShort length;
  const struct bts_exits *exits;
};

static Word differs(const void *key, const void *candidate)
{
   const struct search *search = key;
   const struct known_block *block = candidate;
   SizeT exit_bytes = block->exits * sizeof(struct bts_code_exit);

   if (block->length != search->length || block->exits != search->exits->count)
      return 1;
   return VG_(memcmp)(block->content, (const void *)search->node.key, block->length) != 0
          || VG_(memcmp)(block->content + block->length, search->exits->exit, exit_bytes) != 0;
}

static void remember(Addr address, UShort length, UInt first_id, const struct bts_exits *exits)
{
   SizeT exit_bytes = exits->count * sizeof(struct bts_code_exit);
   struct known_block *block = VG_(malloc)("bts.exits.block", sizeof(*block) + length + exit_bytes);

   block->node.key = address;
   block->first_id = first_id;
   block->length = length;
   block->exits = exits->count;
   VG_(memcpy)(block->content, (const void *)address, length);
   VG_(memcpy)(block->content + length, exits->exit, exit_bytes);
   VG_(HT_add_node)(known_blocks, block);
}

UInt bts_exits_first_id(Addr address, UShort length, const struct bts_exits *exits)
{
   struct search search = {{NULL, address}, length, exits};
   struct known_block *known;
   enum bts_code_check check = bts_code_check(address, length);
   UInt first_id;

   if (check == BTS_CODE_CHECK_FAILED)
      return 0;
   if (known_blocks == NULL)
      known_blocks = VG_(HT_construct)("bts.exits.blocks");
   known = VG_(HT_gen_lookup)(known_blocks, &search, differs);
   if (known != NULL && check == BTS_CODE_AS_LOGGED)
      return known->first_id;
   /* Bytes that changed and changed back are logged again, with the ids they had. */
   first_id = known != NULL ? known->first_id : next_id;
   if (exits->count > ID_LIMIT - next_id) {
      bts_process_stop_recording(BTS_STATE_OUT_OF_IDS);
      return 0;
   }
   if (!bts_code_log_block(address, length, first_id, exits))
      return 0;
   if (known == NULL) {
      remember(address, length, first_id, exits);
      next_id += exits->count;
   }
   return first_id;
}

UInt bts_exits_next_id(void)
{
   return next_id;
}
