/* SPDX-License-Identifier: MIT */
/*
 * Signals with handlers, all sent by the program to itself: plain, SA_SIGINFO, on an alternative stack, nested, blocked and
 * delivered on unblocking, one-shot, ignored, and siglongjmp out of a handler (no sigreturn then).
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t seen, order, on_stack;
static sigjmp_buf escape;
static char stack_memory[65536];

static void note(int number) { seen++; order = order * 10 + number % 10; }

static void nested(int number)
{
	note(number);
	raise(SIGUSR2);
	order = order * 10 + 9;
}

static void with_info(int number, siginfo_t *info, void *context)
{
	note(number);
	if (info->si_value.sival_int == 1234 && context)
		seen += 10;
}

static void alternative(int number)
{
	char here;

	note(number);
	on_stack = &here >= stack_memory && &here < stack_memory + sizeof stack_memory;
}

static void leave(int number) { note(number); siglongjmp(escape, 1); }

static void handle(int number, void (*handler)(int), int flags)
{
	struct sigaction action;

	memset(&action, 0, sizeof action);
	action.sa_handler = handler;
	action.sa_flags = flags;
	sigaction(number, &action, NULL);
}

int main(void)
{
	const stack_t stack = { .ss_sp = stack_memory, .ss_size = sizeof stack_memory };
	struct sigaction information = { .sa_sigaction = with_info, .sa_flags = SA_SIGINFO };
	sigset_t set;

	handle(SIGUSR1, nested, 0);
	handle(SIGUSR2, note, 0);
	raise(SIGUSR1);			/* 10, 12, 9 */
	kill(getpid(), SIGUSR2);	/* 12 */

	sigaction(SIGRTMIN, &information, NULL);
	sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = 1234 });

	sigaltstack(&stack, NULL);
	handle(SIGHUP, alternative, SA_ONSTACK);
	raise(SIGHUP);

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGUSR2);
	raise(SIGUSR2);			/* still one */
	sigprocmask(SIG_UNBLOCK, &set, NULL);

	handle(SIGTERM, note, SA_RESETHAND | SA_NODEFER);
	raise(SIGTERM);
	handle(SIGTERM, SIG_IGN, 0);
	raise(SIGTERM);

	handle(SIGALRM, leave, 0);
	for (volatile int i = 0; i < 3; i++)
		if (sigsetjmp(escape, 1) == 0)
			raise(SIGALRM);
	return seen == 20 && on_stack ? 0 : 1;
}
