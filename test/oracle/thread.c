/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "thread.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <ucontext.h>

enum { TRAP_FLAG = 0x100, USER_CODE64 = 0x33, TRAP_MASK = 1 << (SIGTRAP - 1) };
static const uint64_t vsyscall_page = 0xffffffffff600000;

/* Results by which the kernel tells itself to restart a call; a tracer sees them, a program does not (linux/errno.h). */
enum { RESTARTSYS = 512, RESTARTNOINTR = 513, RESTARTNOHAND = 514, RESTART_RESTARTBLOCK = 516 };

/* At the first instruction of a handler rsp points to the return address, and behind it is the ucontext. */
enum { FRAME_UCONTEXT = 8 };

uint64_t thread_steps, thread_unexplained;

static struct user_regs_struct registers(const struct thread *t)
{
	struct user_regs_struct regs = { 0 };

	ptrace(PTRACE_GETREGS, t->tid, NULL, &regs);
	return regs;
}

uint64_t thread_ip(const struct thread *t)
{
	return (uint64_t)ptrace(PTRACE_PEEKUSER, t->tid, offsetof(struct user, regs.rip), NULL);
}

static uint64_t frame_register(struct thread *t, uint64_t ucontext, int index)
{
	uint64_t value = 0;

	process_read(t->process, ucontext + offsetof(ucontext_t, uc_mcontext.gregs[index]), &value, sizeof value);
	return value;
}

void thread_unexplained_at(struct thread *t, uint64_t ip, const char *why)
{
	char a[PLACE_TEXT_SIZE], b[PLACE_TEXT_SIZE];

	thread_unexplained++;
	listing_event(&t->listing, "unexplained %s %s %s", why, place_text(t->at.place, a),
		      place_text(process_place(t->process, ip), b));
}

void thread_check_mode(struct thread *t)
{
	if (registers(t).cs == USER_CODE64)
		return;
	fprintf(stderr, "oracle: 32-bit code is not supported (thread %d)\n", t->tid);
	exit(1);
}

void thread_arrived(struct thread *t, uint64_t ip)
{
	t->ip = ip;
	t->vsyscall_return = 0;
	process_code(t->process, ip, &t->at);
}

/*
 * A step trap that comes while the program blocks SIGTRAP makes the kernel unblock it and reset the handler to the
 * default, which the program would notice. So SIGTRAP is never blocked: it is taken out of the set that the program
 * passes (and put back after the call), and out of the mask that a handler starts with.
 */
static void hide_trap_in_mask(struct thread *t, const struct user_regs_struct *regs)
{
	uint64_t mask;

	if (regs->rdi == SIG_UNBLOCK || !regs->rsi || process_read(t->process, regs->rsi, &mask, sizeof mask) != sizeof mask ||
	    !(mask & TRAP_MASK))
		return;
	t->mask_address = regs->rsi;
	t->mask_value = mask;
	mask &= ~(uint64_t)TRAP_MASK;
	process_write(t->process, t->mask_address, &mask, sizeof mask);
}

static void unblock_trap(struct thread *t)
{
	uint64_t mask;

	if (ptrace(PTRACE_GETSIGMASK, t->tid, sizeof mask, &mask) != 0 || !(mask & TRAP_MASK))
		return;
	mask &= ~(uint64_t)TRAP_MASK;
	ptrace(PTRACE_SETSIGMASK, t->tid, sizeof mask, &mask);
}

static void prepare_syscall(struct thread *t)
{
	struct user_regs_struct regs = registers(t);

	t->syscall = (long)regs.rax;
	if (t->syscall == SYS_rt_sigreturn)
		t->own_trap_flag = frame_register(t, regs.rsp, REG_EFL) & TRAP_FLAG;
	if (t->syscall == SYS_rt_sigprocmask)
		hide_trap_in_mask(t, &regs);
}

/* The step trap after a load of ss comes one instruction late, so the instruction to judge is the one behind. */
static void prepare_second(struct thread *t)
{
	struct code second;

	process_code(t->process, t->at.instruction.next, &second);
	t->at = second;
}

static void prepare_vsyscall(struct thread *t)
{
	struct user_regs_struct regs = registers(t);

	process_read(t->process, regs.rsp, &t->vsyscall_return, sizeof t->vsyscall_return);
}

void thread_prepare(struct thread *t)
{
	struct instruction *i = &t->at.instruction;

	if (i->kind == KIND_LOAD_SS)
		prepare_second(t);
	if (i->kind == KIND_CONDITIONAL && i->target == i->next) {
		struct user_regs_struct regs = registers(t);

		t->condition_holds = instruction_condition_holds(i, &regs);
	}
	if (i->kind == KIND_SYSCALL)
		prepare_syscall(t);
	if ((i->address & -4096ull) == vsyscall_page)
		prepare_vsyscall(t);
}

void thread_unprepare(struct thread *t)
{
	if (!t->mask_address)
		return;
	process_write(t->process, t->mask_address, &t->mask_value, sizeof t->mask_value);
	t->mask_address = 0;
}

/* pushf stored the trap flag of the step. */
static void hide_trap_in_pushed_flags(struct thread *t)
{
	struct user_regs_struct regs = registers(t);
	size_t size = t->at.instruction.operand16 ? 2 : 8;
	uint64_t flags = 0;

	if (t->own_trap_flag || process_read(t->process, regs.rsp, &flags, size) != size)
		return;
	flags &= ~(uint64_t)TRAP_FLAG;
	process_write(t->process, regs.rsp, &flags, size);
}

/* Returns whether a branch was executed; `*why` is set when the instruction cannot lead to `ip`. */
static bool branched(struct thread *t, uint64_t ip, const char **why)
{
	const struct instruction *i = &t->at.instruction;

	*why = NULL;
	switch (i->kind) {
	case KIND_BRANCH:
	case KIND_IRET:
		if (i->direct && ip != i->target)
			*why = "target";
		return !*why;
	case KIND_CONDITIONAL:
		if (i->target == i->next && ip == i->next)
			return t->condition_holds;
		if (ip != i->target && ip != i->next)
			*why = "target";
		return ip == i->target;
	case KIND_REPEATED:
		if (ip == i->address)
			return false;
		break;
	case KIND_UNREADABLE:
		*why = "unreadable";
		return false;
	default:
		break;
	}
	if (ip != i->next)
		*why = "ip";
	return false;
}

/*
 * The kernel emulates a call into the vsyscall page and returns without a step trap, so one more instruction, the one at
 * the return address, has been executed.
 */
static bool vsyscall_stepped(struct thread *t)
{
	struct user_regs_struct regs = registers(t);
	char a[PLACE_TEXT_SIZE];

	thread_arrived(t, t->vsyscall_return);
	listing_event(&t->listing, "vsyscall %s", place_text(t->at.place, a));
	if (t->at.instruction.kind == KIND_CONDITIONAL)
		t->condition_holds = instruction_condition_holds(&t->at.instruction, &regs);
	return t->at.instruction.address != regs.rip;
}

static int instruction_stepped(struct thread *t, uint64_t ip)
{
	bool owed = t->own_trap_flag;
	enum instruction_kind kind;
	struct code arrived;
	const char *why;

	process_code(t->process, ip, &arrived);
	if (t->vsyscall_return && !vsyscall_stepped(t)) {
		thread_arrived(t, ip);
		return 0;
	}
	kind = t->at.instruction.kind;
	if (branched(t, ip, &why))
		listing_branch(&t->listing, t->at.place, arrived.place);
	if (why)
		thread_unexplained_at(t, ip, why);
	if (kind == KIND_PUSHF)
		hide_trap_in_pushed_flags(t);
	if (kind == KIND_POPF || kind == KIND_IRET)
		t->own_trap_flag = registers(t).eflags & TRAP_FLAG;
	if (kind == KIND_IRET)
		thread_check_mode(t);
	t->ip = ip;
	t->at = arrived;
	return owed ? SIGTRAP : 0;
}

static bool changes_mappings(long number)
{
	switch (number) {
	case SYS_mmap: case SYS_munmap: case SYS_mprotect: case SYS_mremap: case SYS_brk: case SYS_shmat: case SYS_shmdt:
	case SYS_remap_file_pages: case SYS_pkey_mprotect:
		return true;
	default:
		return false;
	}
}

/* The call put the flags, with the trap flag of the step, into r11. */
static void hide_trap_in_r11(struct thread *t, const struct user_regs_struct *regs)
{
	if (!t->own_trap_flag && (regs->r11 & TRAP_FLAG))
		ptrace(PTRACE_POKEUSER, t->tid, offsetof(struct user, regs.r11), regs->r11 & ~(uint64_t)TRAP_FLAG);
}

static void left_sigreturn(struct thread *t)
{
	char a[PLACE_TEXT_SIZE];

	listing_event(&t->listing, "sigreturn %s", place_text(t->at.place, a));
	unblock_trap(t);
}

void thread_replaced(struct thread *t, uint64_t ip)
{
	char a[PLACE_TEXT_SIZE];

	thread_check_mode(t);
	thread_arrived(t, ip);
	t->own_trap_flag = false;
	listing_event(&t->listing, "exec %s", place_text(t->at.place, a));
}

static void syscall_stepped(struct thread *t)
{
	struct user_regs_struct regs = registers(t);
	const struct instruction *i = &t->at.instruction;
	bool sigreturn = !t->may_restart && t->syscall == SYS_rt_sigreturn;

	if (!sigreturn && regs.rip != (t->may_restart ? i->address : i->next))
		thread_unexplained_at(t, regs.rip, "syscall");
	process_code_changed(t->process, t->may_restart || changes_mappings(t->syscall));
	thread_arrived(t, regs.rip);
	t->may_restart = (long)regs.orig_rax >= 0 &&
			 (regs.rax == -(uint64_t)RESTARTSYS || regs.rax == -(uint64_t)RESTARTNOINTR ||
			  regs.rax == -(uint64_t)RESTARTNOHAND || regs.rax == -(uint64_t)RESTART_RESTARTBLOCK);
	if (sigreturn)
		left_sigreturn(t);
	else
		hide_trap_in_r11(t, &regs);
}

int thread_stepped(struct thread *t)
{
	uint64_t ip = thread_ip(t);
	bool due = t->trap_due && ip == t->ip;

	t->trap_due = false;
	if (due)
		return 0;
	thread_steps++;
	if (t->at.instruction.kind != KIND_SYSCALL && !t->may_restart)
		return instruction_stepped(t, ip);
	syscall_stepped(t);
	return 0;
}

/*
 * The frame shows the flags that the program was interrupted with, and sigreturn restores them. After a stepped popf the
 * kernel takes its own trap flag for the program's and leaves it in them, so who set it is known only here.
 */
static void write_trap_flag_to_frame(struct thread *t, uint64_t ucontext)
{
	uint64_t flags = frame_register(t, ucontext, REG_EFL) & ~(uint64_t)TRAP_FLAG;

	if (t->own_trap_flag)
		flags |= TRAP_FLAG;
	process_write(t->process, ucontext + offsetof(ucontext_t, uc_mcontext.gregs[REG_EFL]), &flags, sizeof flags);
}

void thread_entered_handler(struct thread *t)
{
	struct user_regs_struct regs = registers(t);
	uint64_t ucontext = regs.rsp + FRAME_UCONTEXT;
	uint64_t interrupted = frame_register(t, ucontext, REG_RIP);
	char a[PLACE_TEXT_SIZE], b[PLACE_TEXT_SIZE];

	thread_arrived(t, regs.rip);
	listing_event(&t->listing, "signal %d %s %s", t->injected_signal,
		      place_text(process_place(t->process, interrupted), a), place_text(t->at.place, b));
	write_trap_flag_to_frame(t, ucontext);
	t->injected_signal = 0;
	t->may_restart = false;
	t->own_trap_flag = false;
	unblock_trap(t);
}
