/* SPDX-License-Identifier: MIT */
/* Recursion, deep and wide, and mutual recursion: the call tree, many returns to the same place. -O0 and -O2. */
static int is_odd(int n);

__attribute__((noinline)) static int is_even(int n)
{
	return n == 0 ? 1 : is_odd(n - 1) + 0 * n;
}

__attribute__((noinline)) static int is_odd(int n)
{
	return n == 0 ? 0 : is_even(n - 1) * 1;
}

__attribute__((noinline)) static int fibonacci(int n)
{
	return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

__attribute__((noinline)) static int ackermann(int m, int n)
{
	if (m == 0)
		return n + 1;
	return n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

__attribute__((noinline)) static int depth(int n, volatile char *above)
{
	volatile char here = 1;

	return n == 0 ? 0 : 1 + depth(n - 1, &here) + 0 * *above;
}

static void hanoi(int disks, int from, int to, int *moves)
{
	if (disks == 0)
		return;
	hanoi(disks - 1, from, 6 - from - to, moves);
	++*moves;
	hanoi(disks - 1, 6 - from - to, to, moves);
}

int main(void)
{
	volatile char here = 0;
	int moves = 0;

	hanoi(6, 1, 3, &moves);
	return is_even(10) && is_odd(7) && fibonacci(10) == 55 && ackermann(2, 3) == 9 && depth(700, &here) == 700 && moves == 63 ? 0 : 1;
}
