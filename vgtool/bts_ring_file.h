/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Thread files: making, mapping and forgetting them. See bts_ring_file.c. */
#ifndef BTS_RING_FILE_H
#define BTS_RING_FILE_H

#include "bts_ring.h"
#include "pub_tool_basics.h"

/* From the options: sizes, and the sink. */
void bts_ring_file_configure(void);

/* Makes and maps the file of thread `serial`, its slots empty; NULL when there is no room for it. */
struct bts_thread *bts_ring_file_make(UInt serial);

/*
 * Gives back the space of the file that was never written, as far as there is any: True. From then on, until it
 * was taken again, the ring may be given one event and no branch.
 */
Bool bts_ring_file_give_back(struct bts_thread *ring);
Bool bts_ring_file_take_again(struct bts_thread *ring);

/* Unmaps it; the file stays, until room is needed. */
void bts_ring_file_retire(struct bts_thread *ring);

/* In a forked child: unmaps the parent's, and forgets which exited threads' files it has. */
void bts_ring_file_disown(struct bts_thread *ring);
void bts_ring_file_forget_retired(void);

/* Where a thread without a ring writes: memory that nobody reads, as much as one turn may write. */
Addr bts_ring_file_sink(void);

/* How far past the end of its ring a position may run. */
ULong bts_ring_file_overrun(void);

#endif
