/* SPDX-License-Identifier: MIT */
/* Names of what is mapped (file base names, `anon`, `[vdso]`), interned for the whole run, and which of them are own. */
#ifndef ORACLE_MODULE_H
#define ORACLE_MODULE_H

#include <stdbool.h>

enum { NO_MODULE = -1 };

/* Fixes the own modules; before this (and with NULL) every address is own. Call it before the first module_intern(). */
void module_own_only(const char *comma_separated);

/* The index of a name, new or known. */
int module_intern(const char *name);
const char *module_name(int module);
bool module_is_own(int module);

#endif
