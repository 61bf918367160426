/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the core for everything that changes the ip other than by a branch. See bts_events.c. */
#ifndef BTS_EVENTS_H
#define BTS_EVENTS_H

void bts_events_register(void);

#endif
