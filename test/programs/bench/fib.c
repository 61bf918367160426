/* SPDX-License-Identifier: MIT */
/* fib SIZE (default 22): the SIZE-th Fibonacci number by naive recursion: calls and returns only. Prints it. */
#include <stdio.h>
#include <stdlib.h>

__attribute__((noinline)) static unsigned long fibonacci(unsigned n)
{
	return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

int main(int argc, char **argv)
{
	printf("%lu\n", fibonacci(argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 22));
	return 0;
}
