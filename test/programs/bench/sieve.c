/* SPDX-License-Identifier: MIT */
/* sieve SIZE (default 100000): primes below SIZE by Eratosthenes: tight loops, few calls. Prints how many. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	size_t size = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
	char *composite = calloc(size + 1, 1);
	size_t count = 0;

	if (!composite)
		return 1;
	for (size_t i = 2; i < size; i++) {
		if (composite[i])
			continue;
		count++;
		for (size_t multiple = i * i; multiple < size; multiple += i)
			composite[multiple] = 1;
	}
	printf("%zu\n", count);
	free(composite);
	return 0;
}
