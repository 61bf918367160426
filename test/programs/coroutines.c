/* SPDX-License-Identifier: MIT */
/* makecontext and swapcontext: two generators that are left in the middle and resumed; stacks change without a return. */
#include <ucontext.h>

static ucontext_t main_context, contexts[2];
static char stacks[2][32768];
static int yielded;

static void yield(int which, int value)
{
	yielded = value;
	swapcontext(&contexts[which], &main_context);
}

static void squares(void)
{
	for (int i = 0;; i++)
		yield(0, i * i);
}

static void fibonacci(void)
{
	for (int a = 0, b = 1, next; a < 20; next = a + b, a = b, b = next)
		yield(1, a);
	yielded = 1000;
}

int main(void)
{
	void (*const bodies[])(void) = { squares, fibonacci };
	volatile int total = 0;

	for (int i = 0; i < 2; i++) {
		getcontext(&contexts[i]);
		contexts[i].uc_stack.ss_sp = stacks[i];
		contexts[i].uc_stack.ss_size = sizeof stacks[i];
		contexts[i].uc_link = &main_context;
		makecontext(&contexts[i], bodies[i], 0);
	}
	for (int turn = 0; turn < 18; turn++) {
		swapcontext(&main_context, &contexts[turn % 2]);
		total += yielded;
	}
	return total == 204 + 33 + 1000 ? 0 : 1;
}
