/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exit ids: the four bytes that stand for a branch in the ring. See bts_exits.c. */
#ifndef BTS_EXITS_H
#define BTS_EXITS_H

#include "bts_ring.h"
#include "pub_tool_basics.h"

/* guest_max_insns is at most 100, and an unrolled superblock is shorter than VEX's limit for unrolling. */
#define BTS_MAX_EXITS 128

struct bts_exits {
  UInt count;
  struct bts_code_exit exit[BTS_MAX_EXITS];
};

/* The number within the superblock of the exit from -> to; the same branch twice (unrolled) is one exit. */
UInt bts_exits_add(struct bts_exits *exits, Addr from, Addr to, enum bts_exit_kind kind);

/*
 * The id of exit 0 of the superblock made from [address, address + length); exit n has id + n. The code as
 * it is now is in the code log when this returns. 0 when recording had to stop (no space, no more ids).
 */
UInt bts_exits_first_id(Addr address, UShort length, const struct bts_exits *exits);

/* The id after the last one given; where a forked child's own log begins. */
UInt bts_exits_next_id(void);

#endif
