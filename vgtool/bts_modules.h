/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Executable file mappings, as they come and go, for the code log. See bts_modules.c. */
#ifndef BTS_MODULES_H
#define BTS_MODULES_H

void bts_modules_register(void);

#endif
