/* SPDX-License-Identifier: MIT */
/*
 * Calls through the PLT into an own shared library and back. Linked twice, with lazy binding (the first call goes through
 * the loader's resolver) and with BIND_NOW (jumps straight through the GOT).
 */
#include "libown.h"

__attribute__((noipa)) static int visit(int n)
{
	return n % 2 ? own_add(n, 10) : n;
}

int main(void)
{
	int total = 0;

	for (int i = 0; i < 3; i++)
		total += own_add(i, own_sum(i + 2));
	return total + own_each(5, visit) == 46 ? 0 : 1;
}
