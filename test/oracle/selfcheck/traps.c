/* SPDX-License-Identifier: MIT */
/*
 * What a program could notice of being single-stepped, or trip over: the trap flag in pushed flags and in r11, SIGTRAP of
 * its own (TF, int3, int1, raise) with a handler that must survive blocked signals, a load of ss, the vsyscall page,
 * interrupted and restarted calls, job control. Exit status 0 natively and under the oracle; else the number of the check.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHECK(number, condition) do { if (!(condition)) _exit(number); } while (0)
enum { TRAP_FLAG = 0x100 };

static volatile sig_atomic_t traps, others;

static void on_trap(int number) { (void)number; traps++; }
static void on_other(int number) { (void)number; others++; }

static void handle(int number, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };

	sigfillset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

static void hidden_flag(void)
{
	uint64_t flags, r11;
	uint16_t flags16;

	__asm__ volatile("pushfq; pop %0" : "=r"(flags));
	CHECK(1, !(flags & TRAP_FLAG));
	__asm__ volatile("pushfw; popw %0" : "=r"(flags16));
	CHECK(2, !(flags16 & TRAP_FLAG));
	__asm__ volatile("syscall; mov %%r11, %0" : "=r"(r11) : "a"(SYS_getpid) : "rcx", "r11", "memory");
	CHECK(3, !(r11 & TRAP_FLAG));
	__asm__ volatile("pushfq; popfq; pushfq; pop %0" : "=r"(flags));
	CHECK(4, !(flags & TRAP_FLAG));
}

static void own_traps(void)
{
	sigset_t all, old;

	__asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq; nop; nop; pushfq; andq $~0x100, (%%rsp); popfq; nop" ::: "memory", "cc");
	CHECK(10, traps == 5);
	__asm__ volatile("int3");
	CHECK(11, traps == 6);
	__asm__ volatile(".byte 0xf1"); /* int1 */
	CHECK(12, traps == 7);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	getppid();
	sigprocmask(SIG_SETMASK, &old, NULL);
	CHECK(13, sigismember(&all, SIGTRAP) == 1);
	raise(SIGTRAP);
	CHECK(14, traps == 8);
	raise(SIGUSR1); /* its handler blocks everything */
	CHECK(15, others == 1);
	raise(SIGTRAP);
	CHECK(16, traps == 9);
}

static void late_trap(void)
{
	uint64_t result;

	__asm__ volatile("mov %%ss, %%ecx; xor %%eax, %%eax; mov %%ecx, %%ss; jz 1f; 1: mov %%ecx, %%ss; jmp 2f; ud2; 2:"
			 "mov %%ecx, %%ss; inc %%rax" : "=&a"(result) : : "rcx", "cc");
	CHECK(20, result == 1);
}

static void vsyscall(void)
{
	char line[512];
	FILE *maps = fopen("/proc/self/maps", "r");
	int found = 0;

	while (fgets(line, sizeof line, maps))
		found |= strstr(line, "[vsyscall]") != NULL;
	fclose(maps);
	if (found) {
		time_t (*vtime)(time_t *) = (time_t (*)(time_t *))0xffffffffff600400;

		CHECK(30, vtime(NULL) > 0);
	}
}

static void restarted_calls(void)
{
	const struct timespec pause = { .tv_nsec = 30000000 };
	int pipes[2], status;
	pid_t child, parent = getpid();
	char byte;

	CHECK(40, pipe(pipes) == 0);
	child = fork();
	if (child == 0) {
		nanosleep(&pause, NULL);
		kill(parent, SIGWINCH); /* ignored: the read goes on */
		nanosleep(&pause, NULL);
		kill(parent, SIGUSR1); /* handled: the read is restarted */
		nanosleep(&pause, NULL);
		kill(parent, SIGSTOP);
		nanosleep(&pause, NULL);
		kill(parent, SIGCONT);
		_exit(write(pipes[1], "x", 1) != 1);
	}
	CHECK(41, read(pipes[0], &byte, 1) == 1);
	CHECK(42, others == 2);
	CHECK(43, waitpid(child, &status, 0) == child && status == 0);
}

int main(void)
{
	handle(SIGTRAP, on_trap);
	handle(SIGUSR1, on_other);
	hidden_flag();
	own_traps();
	late_trap();
	vsyscall();
	restarted_calls();
	return 0;
}
