/* SPDX-License-Identifier: MIT */
/*
 * Nested and plain loops of the shapes compilers make: the everyday case, whose loop branches fold to "x n". Built with
 * -O0, with -O2 and stripped, because the same source gives other blocks.
 */
static volatile int sink;

static int nested(int rows, int columns)
{
	int sum = 0;

	for (int i = 0; i < rows; i++)
		for (int j = 0; j < columns; j++) {
			if ((i + j) % 3 == 0)
				continue;
			if (i * j > 40)
				break;
			sum += i ^ j;
		}
	return sum;
}

static int collatz(unsigned n)
{
	int steps = 0;

	while (n != 1) {
		n = n % 2 ? 3 * n + 1 : n / 2;
		steps++;
	}
	return steps;
}

static int until_zero(int n)
{
	int rounds = 0;

	do {
		n >>= 1;
		rounds++;
	} while (n);
	return rounds;
}

int main(void)
{
	int loops = 0;

	for (volatile int i = 0; i < 20; i++)
		;
	for (;;) {
		sink += loops;
		if (++loops == 7)
			break;
	}
	return nested(9, 11) == 312 && collatz(27) == 111 && until_zero(1000) == 10 ? 0 : 1;
}
