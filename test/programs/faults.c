/* SPDX-License-Identifier: MIT */
/*
 * Faults that a handler repairs by moving the ip in the saved context: a bad load, a division by zero, an undefined
 * instruction, int3, a call of an unmapped address. The instruction has not been executed; sigreturn goes where it was never interrupted.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

static volatile sig_atomic_t faults;
static volatile uintptr_t resume_at;

static void skip(int number, siginfo_t *info, void *context)
{
	greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;

	(void)info;
	faults = faults * 10 + (number == SIGSEGV ? 1 : number == SIGFPE ? 2 : number == SIGILL ? 3 : 4);
	if (number != SIGTRAP)
		registers[REG_RIP] = (greg_t)resume_at;
	registers[REG_RAX] = 77;
}

/* Faults at the instruction and goes on behind it. */
#define FAULT(instruction) ({ \
	long result; \
	__asm__ volatile("lea 1f(%%rip), %%rax; mov %%rax, %1; xor %%edx, %%edx; mov $1, %%eax; xor %%ecx, %%ecx;" \
			 instruction "; 1:" : "=&a"(result), "=m"(resume_at) : : "rcx", "rdx", "cc", "memory"); \
	result; })

/* The branch to the bad address is executed; the fetch there faults. */
__attribute__((noipa)) static long call_nowhere(void)
{
	long result;

	__asm__ volatile("lea 1f(%%rip), %%rax; mov %%rax, %1; mov $0x1000, %%eax; jmp *%%rax; ud2; 1:"
			 : "=&a"(result), "=m"(resume_at) : : "memory");
	return result;
}

int main(void)
{
	static const int numbers[] = { SIGSEGV, SIGFPE, SIGILL, SIGTRAP };
	struct sigaction action = { .sa_sigaction = skip, .sa_flags = SA_SIGINFO };
	long total = 0;

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		sigaction(numbers[i], &action, NULL);
	for (int i = 0; i < 2; i++) {
		total += FAULT("mov (%%rcx), %%rax");
		total += FAULT("div %%ecx");
		total += FAULT("ud2");
	}
	total += FAULT("int3");
	total += call_nowhere();
	return faults == 12312341 && total == 8 * 77 ? 0 : 1;
}
