/* SPDX-License-Identifier: MIT */
/*
 * One traced thread between two steps.
 *
 * A step is: thread_prepare() looks at the instruction at the ip, PTRACE_SINGLESTEP runs it, and thread_stepped() compares
 * where the thread is now with where that instruction can lead. What fits nothing is printed as `E unexplained` and never
 * as a branch.
 */
#ifndef ORACLE_THREAD_H
#define ORACLE_THREAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "listing.h"
#include "process.h"

struct thread {
	pid_t tid;
	int ordinal;
	bool leads_process;     /* the first thread of a forked process */
	bool ended;
	struct process *process;
	struct listing listing;

	bool started;           /* `ip` and `at` are known */
	uint64_t ip;            /* where the last step ended */
	struct code at;         /* the instruction that the next step is judged by: at ip, or behind a load of ss at ip */
	bool condition_holds;   /* `at` jumps to its own next instruction: where it ends does not tell */
	bool own_trap_flag;     /* the program set TF itself: each step trap is its SIGTRAP too */
	long syscall;           /* number of the one at `at` */
	bool may_restart;       /* an interrupted call: the kernel goes back to it unless a handler runs */
	bool trap_due;          /* the trap of a call that has been dealt with already is still to come */
	int injected_signal;    /* given to the thread and its handler not entered yet */
	uint64_t vsyscall_return; /* `at` is in the vsyscall page, which the kernel emulates, and returns there */

	uint64_t entry;         /* not 0: the thread runs to the breakpoint there, see entry.h */
	uint8_t entry_byte;     /* what stands under it */

	uint64_t mask_address;  /* of a signal set changed for one call, see hide_trap_in_mask() */
	uint64_t mask_value;
};

/* Counts over the whole run. */
extern uint64_t thread_steps, thread_unexplained;

/* The ip without the other registers, which cost more to read. */
uint64_t thread_ip(const struct thread *t);

/* The thread is at `ip`, and how it came there has been dealt with. */
void thread_arrived(struct thread *t, uint64_t ip);

/* At the exec event: another program starts at `ip`. */
void thread_replaced(struct thread *t, uint64_t ip);

/* Before a step. */
void thread_prepare(struct thread *t);

/* At the end of a step: takes back what thread_prepare() changed. */
void thread_unprepare(struct thread *t);

/*
 * After the step trap. The CPU raises it after an instruction and the kernel at the end of a system call. They cannot be
 * told apart by si_code: on virtual machines that lose DR6.BS, TRAP_TRACE comes as the kernel's TRAP_BRKPT. Returns the
 * signal that the program is owed: SIGTRAP when it set TF itself, else 0.
 */
int thread_stepped(struct thread *t);

/* The frame of a signal handler was just made. */
void thread_entered_handler(struct thread *t);

/* Refuses 32-bit code, which this oracle would decode wrongly: ends the run. */
void thread_check_mode(struct thread *t);

void thread_unexplained_at(struct thread *t, uint64_t ip, const char *why);

#endif
