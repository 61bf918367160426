/* SPDX-License-Identifier: MIT */
#include "entry.h"

#include <elf.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/user.h>

static uint64_t entry_address(const struct thread *t)
{
	Elf64_auxv_t item;
	uint64_t entry = 0;
	char path[64];
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/auxv", t->tid);
	file = fopen(path, "re");
	while (file && fread(&item, sizeof item, 1, file) == 1)
		if (item.a_type == AT_ENTRY)
			entry = item.a_un.a_val;
	if (file)
		fclose(file);
	return entry;
}

bool entry_run_to(struct thread *t)
{
	static const uint8_t int3 = 0xcc;

	t->entry = entry_address(t);
	if (process_read(t->process, t->entry, &t->entry_byte, 1) == 1 && process_write(t->process, t->entry, &int3, 1) &&
	    ptrace(PTRACE_CONT, t->tid, NULL, 0) == 0)
		return true;
	t->entry = 0;
	return false;
}

bool entry_reached(struct thread *t)
{
	char a[PLACE_TEXT_SIZE];

	if (thread_ip(t) != t->entry + 1)
		return false;
	process_write(t->process, t->entry, &t->entry_byte, 1);
	ptrace(PTRACE_POKEUSER, t->tid, offsetof(struct user, regs.rip), t->entry);
	process_code_changed(t->process, true);
	thread_arrived(t, t->entry);
	listing_event(&t->listing, "skipped-to %s", place_text(t->at.place, a));
	t->entry = 0;
	return true;
}
