/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The code log, and what it says the code bytes are. See bts_code.c. */
#ifndef BTS_CODE_H
#define BTS_CODE_H

#include "bts_exits.h"
#include "bts_ring.h"
#include "pub_tool_basics.h"

/* Begins this process's log, whose first id is `first_id`. False, with a message, when it cannot be made. */
Bool bts_code_open(UInt first_id);

/* Compares code with what was last logged there, and begins an epoch when it is not the same. */
enum bts_code_check {
  BTS_CODE_CHECK_FAILED, /* recording stopped */
  BTS_CODE_AS_LOGGED,    /* or never logged */
  BTS_CODE_NEW_EPOCH,
};
enum bts_code_check bts_code_check(Addr address, UShort length);

/* Logs a superblock, its bytes as they are now. False: recording stopped. */
Bool bts_code_log_block(Addr address, UShort length, UInt first_id, const struct bts_exits *exits);

/* Logs that a file was mapped executable at, or that memory was unmapped from, [start, end). */
Bool bts_code_log_map(Addr start, Addr end, ULong offset, ULong device, ULong inode, const HChar *path);
Bool bts_code_log_unmap(Addr start, Addr end);

#endif
