/* SPDX-License-Identifier: MIT */
/*
 * sieve SIZE [TIMES] (default 100000, once): primes below SIZE by Eratosthenes: tight loops, few calls. Prints how many. TIMES
 * keeps it busy with a table that fits into a cache.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	size_t size = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
	unsigned long times = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	char *composite = malloc(size + 1);
	size_t count = 0;

	if (!composite)
		return 1;
	while (times--) {
		memset(composite, 0, size + 1);
		count = 0;
		for (size_t i = 2; i < size; i++) {
			if (composite[i])
				continue;
			count++;
			for (size_t multiple = i * i; multiple < size; multiple += i)
				composite[multiple] = 1;
		}
	}
	printf("%zu\n", count);
	free(composite);
	return 0;
}
