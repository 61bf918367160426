/* SPDX-License-Identifier: MIT */
/*
 * Running the dynamic loader at full speed: a breakpoint at the program's entry point (AT_ENTRY). The loader is nine
 * tenths of a small program's steps and runs nothing of the main module, only its libraries' constructors.
 */
#ifndef ORACLE_ENTRY_H
#define ORACLE_ENTRY_H

#include <stdbool.h>

#include "thread.h"

/* Right after execve: places the breakpoint and lets the thread run. False when the entry cannot be written. */
bool entry_run_to(struct thread *t);

/* At a SIGTRAP of a thread on its way there: true when it has arrived, with the breakpoint gone and the ip on the entry. */
bool entry_reached(struct thread *t);

#endif
