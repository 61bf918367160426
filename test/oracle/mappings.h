/* SPDX-License-Identifier: MIT */
/* The mappings of one process, as /proc/PID/maps tells them. */
#ifndef ORACLE_MAPPINGS_H
#define ORACLE_MAPPINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "process.h"

struct mapping {
	uint64_t start, end, file_offset;
	uint64_t inode;    /* 0: no file */
	uint64_t base;     /* an address in this mapping is named module + (address - base) */
	int module;
	unsigned device;
	bool fixed_code;   /* private, not writable, from a file: its bytes change only through a system call */
	bool anonymous;
};

struct mappings {
	struct mapping *all;
	size_t count;
};

void mappings_read(struct mappings *m, pid_t tgid);
const struct mapping *mappings_find(const struct mappings *m, uint64_t address);

#endif
