/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts the recording of taken branches into a superblock. See bts_instrument.c. */
#ifndef BTS_INSTRUMENT_H
#define BTS_INSTRUMENT_H

#include "pub_tool_basics.h"
#include "pub_tool_tooliface.h"

IRSB *bts_instrument(VgCallbackClosure *closure, IRSB *in, const VexGuestLayout *layout,
                     const VexGuestExtents *extents, const VexArchInfo *host, IRType guest_word,
                     IRType host_word);

/* Most slots one superblock can write: what a ring must be able to take beyond its end per block run. */
#define BTS_MAX_SLOTS_PER_BLOCK (BTS_MAX_EXITS + 8)

/* Sets what exactness asks of VEX. Before the first translation. */
void bts_instrument_configure_vex(void);

#endif
