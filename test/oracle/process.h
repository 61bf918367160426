/* SPDX-License-Identifier: MIT */
/* The traced address space: its memory, its mappings, and decoded code named by module. */
#ifndef ORACLE_PROCESS_H
#define ORACLE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "instruction.h"
#include "module.h"

/*
 * Where an address is: module and offset = address - load bias, so that a static, a PIE and a library are named the
 * same in every run. NO_MODULE: nothing is mapped there, and the offset is the address itself.
 */
struct place {
	int module;      /* index for module_name(), or NO_MODULE */
	uint64_t offset; /* bytes */
};

struct code {
	struct instruction instruction;
	struct place place;
};

struct process;

struct process *process_new(pid_t tgid);
void process_free(struct process *p);
pid_t process_tgid(const struct process *p);

/* After execve: a new address space. */
void process_replaced(struct process *p);

/* After a system call: the code may be other code, and with `mappings` the mappings may be other ones too. */
void process_code_changed(struct process *p, bool mappings);

/* The instruction at `address` as it stands in memory now. */
void process_code(struct process *p, uint64_t address, struct code *out);
struct place process_place(struct process *p, uint64_t address);

size_t process_read(struct process *p, uint64_t address, void *out, size_t size);
bool process_write(struct process *p, uint64_t address, const void *bytes, size_t size);

#endif
