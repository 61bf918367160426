/* Callbacks out of an own quicksort. */
#include "reverse.h"

typedef int compare(const void *, const void *);

static __attribute__((noinline)) int ascending(const void *a, const void *b)
{
	int x = *(const int *)a;
	int y = *(const int *)b;

	return (x > y) - (x < y);
}

static __attribute__((noinline)) int descending(const void *a, const void *b)
{
	return ascending(b, a);
}

static void swap(int *a, int *b)
{
	int t = *a;

	*a = *b;
	*b = t;
}

static __attribute__((noinline)) void sort(int *at, int count, compare *by)
{
	int last = 0;

	if (count < 2)
		return;
	for (int i = 1; i < count; i++)
		if (by(&at[i], &at[0]) < 0)
			swap(&at[++last], &at[i]);
	swap(&at[0], &at[last]);
	sort(at, last, by);
	sort(at + last + 1, count - last - 1, by);
}

int main(void)
{
	static int numbers[] = { 3, 1, 4, 5 };

	sort(numbers, 4, ascending);
	sort(numbers, 3, descending);
	sink = numbers[0];
	finished();
	return 0;
}
