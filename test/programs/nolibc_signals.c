/* SPDX-License-Identifier: MIT */
/*
 * Signals where every instruction is the program's own: the system call that sends, the handler, the restorer. So the
 * interrupted ip, the return to the restorer and the ip after sigreturn are all own addresses. No libc, static.
 */
#include <asm/signal.h>
#include <asm/unistd.h>

static volatile int seen;

static long call(long number, long a, long b, long c, long d)
{
	register long r10 __asm__("r10") = d;
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
	return result;
}

__asm__("restorer: mov $15, %eax; syscall");
void restorer(void);

static void send(int number) { call(__NR_kill, call(__NR_getpid, 0, 0, 0, 0), number, 0, 0); }

static void on_second(int number) { seen += number; }

static void on_first(int number)
{
	seen += number;
	for (volatile int i = 0; i < 3; i++)
		;
	send(SIGUSR2);
}

static void handle(int number, void (*handler)(int))
{
	const struct sigaction action = { .sa_handler = handler, .sa_flags = 0x04000000 /* SA_RESTORER */, .sa_restorer = restorer };

	call(__NR_rt_sigaction, number, (long)&action, 0, 8);
}

__attribute__((used)) static void begin(void)
{
	handle(SIGUSR1, on_first);
	handle(SIGUSR2, on_second);
	for (int i = 0; i < 3; i++) {
		send(SIGUSR1);
		send(SIGUSR2);
	}
	call(__NR_exit, seen == 3 * (SIGUSR1 + 2 * SIGUSR2) ? 0 : 1, 0, 0, 0);
}
__asm__(".globl _start; _start: xor %ebp, %ebp; and $-16, %rsp; call begin; ud2");
