/* SPDX-License-Identifier: MIT */
#ifndef ORACLE_INSTRUCTION_H
#define ORACLE_INSTRUCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/user.h>

enum { INSTRUCTION_MAX_BYTES = 15 };

enum instruction_kind {
	KIND_PLAIN,      /* ends at the next instruction */
	KIND_REPEATED,   /* rep string: each iteration is one step that stays at the same ip */
	KIND_BRANCH,     /* near or far jmp, call, ret: always a branch */
	KIND_IRET,       /* far branch that also loads the flags */
	KIND_CONDITIONAL,/* jcc, loop, jrcxz */
	KIND_SYSCALL,    /* syscall, sysenter, int 0x80 */
	KIND_PUSHF,      /* stores the trap flag that the step itself set */
	KIND_POPF,       /* may set the trap flag for the program's own use */
	KIND_LOAD_SS,    /* holds back the step trap for one more instruction */
	KIND_INT1,       /* raises a SIGTRAP that is the program's own */
	KIND_UNREADABLE, /* unmapped, not executable or not decodable: must fault */
};

struct instruction {
	uint64_t address;
	uint64_t next;       /* address of the instruction behind it */
	uint64_t target;     /* of a direct branch, else 0 */
	enum instruction_kind kind;
	bool direct;         /* target is known from the bytes */
	bool counter32;      /* loop/jrcxz that count in ecx */
	bool operand16;      /* pushf of 2 bytes */
	int mnemonic;        /* ZydisMnemonic, for instruction_condition_holds() */
};

/* Decodes what stands at `address`; `size` may be less than INSTRUCTION_MAX_BYTES at the end of a mapping. */
void instruction_decode(const uint8_t *bytes, size_t size, uint64_t address, struct instruction *out);

/* True when the conditional branch will be taken with these registers (those before it executes). */
bool instruction_condition_holds(const struct instruction *i, const struct user_regs_struct *regs);

#endif
