/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `monitor bts ...`, from GDB or vgdb. See bts_command.c. */
#ifndef BTS_COMMAND_H
#define BTS_COMMAND_H

void bts_command_register(void);

#endif
