/* Recursion: direct, mutual, in an argument, in tail position. */
#include "reverse.h"

static __attribute__((noinline)) int fib(int n)
{
	if (n < 2)
		return n;
	return fib(n - 1) + fib(n - 2);
}

static int odd(int n);

static __attribute__((noinline)) int even(int n)
{
	if (n == 0)
		return 1;
	return odd(n - 1);
}

static __attribute__((noinline)) int odd(int n)
{
	return n != 0 && even(n - 1);
}

static __attribute__((noinline)) int ackermann(int m, int n)
{
	if (m == 0)
		return n + 1;
	if (n == 0)
		return ackermann(m - 1, 1);
	return ackermann(m - 1, ackermann(m, n - 1));
}

static __attribute__((noinline)) void down(int n)
{
	if (n > 0) {
		sink += n;
		down(n - 1);
	}
}

static __attribute__((noinline)) void hanoi(int n, int from, int to)
{
	if (n == 0)
		return;
	hanoi(n - 1, from, 6 - from - to);
	sink += from * to;
	hanoi(n - 1, 6 - from - to, to);
}

int main(void)
{
	sink = fib(4);
	sink += even(3);
	sink += ackermann(1, 1);
	down(3);
	hanoi(2, 1, 3);
	finished();
	return 0;
}
