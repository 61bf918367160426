/* SPDX-License-Identifier: MIT */
#include "process.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "mappings.h"

enum { CACHE_SIZE = 1 << 15 };

/*
 * Code is decoded once only where it cannot change without a system call. Writable, shared and anonymous code (a JIT,
 * self-modifying code) is read again at every step.
 */
struct cached {
	uint64_t generation; /* valid while equal to the process's */
	struct code code;
};

struct process {
	pid_t tgid;
	int memory;
	bool mappings_stale;
	struct mappings mappings;
	uint64_t generation;
	struct cached *cache;
};

static void open_memory(struct process *p)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/mem", p->tgid);
	p->memory = open(path, O_RDWR | O_CLOEXEC);
}

struct process *process_new(pid_t tgid)
{
	struct process *p = calloc(1, sizeof *p);

	if (!p || !(p->cache = calloc(CACHE_SIZE, sizeof *p->cache)))
		abort();
	p->tgid = tgid;
	p->generation = 1;
	p->mappings_stale = true;
	open_memory(p);
	return p;
}

void process_free(struct process *p)
{
	if (p->memory >= 0)
		close(p->memory);
	free(p->mappings.all);
	free(p->cache);
	free(p);
}

pid_t process_tgid(const struct process *p)
{
	return p->tgid;
}

void process_replaced(struct process *p)
{
	if (p->memory >= 0)
		close(p->memory);
	open_memory(p);
	process_code_changed(p, true);
}

void process_code_changed(struct process *p, bool mappings)
{
	p->generation++;
	p->mappings_stale |= mappings;
}

static const struct mapping *find(struct process *p, uint64_t address)
{
	const struct mapping *m = p->mappings_stale ? NULL : mappings_find(&p->mappings, address);

	if (m)
		return m;
	mappings_read(&p->mappings, p->tgid);
	p->mappings_stale = false;
	return mappings_find(&p->mappings, address);
}

static struct place place_in(const struct mapping *m, uint64_t address)
{
	if (!m)
		return (struct place){ NO_MODULE, address };
	return (struct place){ m->module, address - m->base };
}

struct place process_place(struct process *p, uint64_t address)
{
	return place_in(find(p, address), address);
}

void process_code(struct process *p, uint64_t address, struct code *out)
{
	struct cached *slot = &p->cache[(address ^ address >> 15) % CACHE_SIZE];
	uint8_t bytes[INSTRUCTION_MAX_BYTES];
	const struct mapping *m;

	if (slot->generation == p->generation && slot->code.instruction.address == address) {
		*out = slot->code;
		return;
	}
	m = find(p, address);
	out->place = place_in(m, address);
	instruction_decode(bytes, process_read(p, address, bytes, sizeof bytes), address, &out->instruction);
	if (m && m->fixed_code)
		*slot = (struct cached){ p->generation, *out };
}

/* Reads up to the first byte that cannot be read; /proc/PID/mem also gives execute-only memory. */
size_t process_read(struct process *p, uint64_t address, void *out, size_t size)
{
	ssize_t n = pread(p->memory, out, size, (off_t)address);

	return n < 0 ? 0 : (size_t)n;
}

bool process_write(struct process *p, uint64_t address, const void *bytes, size_t size)
{
	return pwrite(p->memory, bytes, size, (off_t)address) == (ssize_t)size;
}
