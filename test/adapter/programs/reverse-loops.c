/* Loops: nested, one-line, with calls in their conditions, left in the middle. */
#include "reverse.h"

static int below(int x, int limit)
{
	return x < limit;
}

static int next(int x)
{
	return x + 1;
}

static int one_line(int n)
{
	int sum = 0;

	for (int i = 0; i < n; i++) sum += i;
	return sum;
}

static int nested(int n)
{
	int sum = 0;

	for (int i = 0; i < n; i++) {
		for (int j = i; j < n; j++)
			sum += i * j;
		sum--;
	}
	return sum;
}

static int called(int n)
{
	int sum = 0;

	for (int i = next(-1); below(i, n); i = next(i))
		sum += i;
	while (below(sum, 9))
		sum = next(sum);
	return sum;
}

static int left(int n)
{
	int sum = 0;
	int i = 0;

	do {
		i++;
		if (i == 2)
			continue;
		if (i == 4)
			break;
		sum += i;
	} while (i < n);
	return sum;
}

static int found(const int *in, int what)
{
	for (int i = 0;; i++)
		if (in[i] == what)
			return i;
}

int main(void)
{
	static const int in[] = { 5, 3, 8 };
	int n = sink + 3;
	int x = one_line(n);

	x += nested(n);
	x += called(n);
	x += left(2 * n);
	for (int i = 0; i < n - 1; i++) x += next(i);
	x += found(in, 8);
	while (x > 20)
		x -= 7;
	sink = x;
	finished();
	return 0;
}
