/* SPDX-License-Identifier: MIT */
/*
 * Callbacks from outside: qsort and bsearch comparators, atexit, pthread_once, a destructor: calls into the own module whose
 * caller is not in it.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static int comparisons, exits;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int by_value(const void *a, const void *b)
{
	int left = *(const int *)a, right = *(const int *)b;

	comparisons++;
	if (left < right)
		return -1;
	return left > right;
}

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }
static void initialise(void) { comparisons++; }
static void at_exit(void) { exits++; }

__attribute__((destructor)) static void at_end(void)
{
	if (exits != 2)
		_Exit(3);
}

int main(void)
{
	int values[] = { 9, 4, 7, 1, 8, 3, 3, 6, 2, 5 }, key = 7;
	const char *names[] = { "record", "branch", "block", "frame", "gap" };
	const int *found;

	atexit(at_exit);
	atexit(at_exit);
	pthread_once(&once, initialise);
	pthread_once(&once, initialise);
	qsort(values, 10, sizeof *values, by_value);
	qsort(names, 5, sizeof *names, by_name);
	found = bsearch(&key, values, 10, sizeof *values, by_value);
	return found && found == &values[7] && strcmp(names[0], "block") == 0 && comparisons > 10 ? 0 : 1;
}
