/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which instructions are branches, told from their bytes. */
#ifndef BTS_BRANCH_H
#define BTS_BRANCH_H

#include "pub_tool_basics.h"

enum bts_branch_kind {
  BTS_NOT_A_BRANCH,
  BTS_CONDITIONAL, /* jcc */
  BTS_COUNTED,     /* loop, loope, loopne, jrcxz, jecxz: VEX may go on behind it in the same superblock */
  BTS_DIRECT,      /* jmp, call, and xbegin, which Valgrind always aborts */
  BTS_COMPUTED,    /* ret, jmp and call through a register or memory */
};

struct bts_branch {
  enum bts_branch_kind kind;
  Addr address;
  Addr fall; /* address of the next instruction */
  Addr taken; /* BTS_CONDITIONAL and BTS_COUNTED: where it goes when taken */
};

/* `length` is what VEX made of it; 0, an instruction it could not decode, is no branch. */
struct bts_branch bts_branch_at(Addr address, UInt length);

/*
 * Whether a conditional branch is taken, from the registers and flags as they are before it (a counted one:
 * after it has counted). For branches to their own next instruction, where the ip cannot tell.
 */
Bool bts_branch_is_taken(Addr address, const void *guest_state);

#endif
