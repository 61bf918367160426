/* SPDX-License-Identifier: MIT */
/* Branches on floating point, with NaN (the parity flag), in SSE, x87 and with min/max chains: jp beside ja and jb. */
#include <math.h>

static volatile double inputs[] = { 0.0, 1.5, -2.25, NAN, INFINITY, -INFINITY, 1e-310 };

__attribute__((noipa)) static int classify(double x)
{
	if (x != x)
		return 1;
	if (x > 1e300 || x < -1e300)
		return 2;
	return x >= 0 ? 3 : 4;
}

__attribute__((noipa)) static int classify_long(long double x)
{
	if (x != x)
		return 1;
	return x < 1 ? 2 : 3;
}

__attribute__((noipa)) static int root_steps(double of)
{
	double guess = of;
	int steps = 0;

	while (guess * guess - of > 1e-9 || guess * guess - of < -1e-9) {
		guess = (guess + of / guess) / 2;
		steps++;
	}
	return steps;
}

int main(void)
{
	int total = 0;

	for (unsigned i = 0; i < sizeof inputs / sizeof *inputs; i++)
		for (unsigned j = 0; j < sizeof inputs / sizeof *inputs; j++)
			total += classify(inputs[i]) + (inputs[i] < inputs[j]) * 2 + (inputs[i] == inputs[j]) + classify_long(inputs[j]);
	return total == 7 * (1 + 2 + 2 + 3 + 3 + 3 + 4) + 15 * 2 + 6 + 7 * (2 + 3 + 2 + 1 + 3 + 2 + 2) && root_steps(2) == 4 ? 0 : 1;
}
