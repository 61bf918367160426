/* SPDX-License-Identifier: MIT */
/*
 * An own shared library for plt.c: a constructor and a destructor (the loader calls them), functions that call back into
 * the program, one that calls another through its own PLT.
 */
#include "libown.h"

static int initialised;

__attribute__((constructor)) static void begin(void)
{
	for (int i = 0; i < 3; i++)
		initialised += i;
}

__attribute__((destructor)) static void end(void)
{
	while (initialised > 0)
		initialised--;
}

int own_add(int a, int b) { return a + b; }

int own_sum(int n)
{
	int sum = 0;

	for (int i = 0; i < n; i++)
		sum = own_add(sum, i);
	return sum;
}

int own_each(int n, int (*visit)(int))
{
	int sum = initialised;

	for (int i = 0; i < n; i++)
		sum += visit(i);
	return sum;
}
