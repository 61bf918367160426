/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tool needs of the kernel and the core beyond the public tool API. See bts_system.c. */
#ifndef BTS_SYSTEM_H
#define BTS_SYSTEM_H

#include "pub_tool_basics.h"

/* Address space of our own, zeroed; NULL when there is none left. */
void *bts_reserve_addresses(SizeT length);

/*
 * Maps `length` bytes of the file, shared and writable, over pages the tool owns; with fd -1, private zeros.
 * False on failure.
 */
Bool bts_map_over(void *address, SizeT length, Int fd, ULong offset);

/* The errno of what last failed to make a file or to let it grow, and the same for messages. */
extern UInt bts_error;
const HChar *bts_error_text(void);

/*
 * Appends to a file of `at` bytes. 0, or the errno. Here and in bts_reserve the program's limit for the size of
 * files is no space: it is never exceeded.
 */
UInt bts_append(Int fd, ULong at, const void *from, SizeT length);

/* Makes the file `length` bytes long with the space behind `done` bytes reserved. 0, or the errno. */
UInt bts_reserve(Int fd, ULong done, ULong length);

/* Cuts a file off, giving its space back. */
Bool bts_truncate(const HChar *path, ULong length);

/* Moves a descriptor out of the program's sight, close-on-exec; the given one is closed. */
Int bts_hide_fd(Int fd);

/* Forgets translations of code in the range; to be called when no code of the program is running. */
void bts_discard_translations(Addr start, SizeT length);

/* Most blocks a thread runs between two visits to the scheduler. */
UInt bts_scheduling_quantum(void);

#endif
