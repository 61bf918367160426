/* SPDX-License-Identifier: MIT */
/*
 * qsort SIZE (default 10000): sorts SIZE pseudo-random numbers by an own quicksort with a comparator behind a pointer: hard
 * to predict branches and indirect calls. Prints the median.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef int (*comparator)(uint32_t, uint32_t);

static int ascending(uint32_t a, uint32_t b) { return a < b ? -1 : a > b; }

static void sort(uint32_t *values, long low, long high, comparator compare)
{
	while (low < high) {
		uint32_t pivot = values[(low + high) / 2];
		long i = low, j = high;

		while (i <= j) {
			while (compare(values[i], pivot) < 0)
				i++;
			while (compare(values[j], pivot) > 0)
				j--;
			if (i <= j) {
				uint32_t swap = values[i];

				values[i++] = values[j];
				values[j--] = swap;
			}
		}
		sort(values, low, j, compare);
		low = i;
	}
}

int main(int argc, char **argv)
{
	long size = argc > 1 ? strtol(argv[1], NULL, 10) : 10000;
	comparator volatile compare = ascending;
	uint32_t *values, state = 12345;

	if (size < 1 || !(values = malloc((size_t)size * sizeof *values)))
		return 1;
	for (long i = 0; i < size; i++)
		values[i] = state = state * 1664525 + 1013904223;
	sort(values, 0, size - 1, compare);
	printf("%u\n", values[size / 2]);
	free(values);
	return 0;
}
