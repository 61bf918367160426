/* SPDX-License-Identifier: MIT */
/* setjmp and longjmp: out of several frames, out of a loop, in a loop, back into a function twice. Frames end without return. */
#include <setjmp.h>

static jmp_buf outer, inner;
static volatile int log_value;

__attribute__((noipa)) static void descend(int depth)
{
	if (log_value < 0)
		return;
	log_value += depth;
	if (depth == 0)
		longjmp(outer, 7);
	descend(depth - 1);
	log_value = -1;
}

__attribute__((noipa)) static int retry(void)
{
	volatile int attempts = 0;

	if (setjmp(inner) < 4) {
		attempts++;
		longjmp(inner, attempts);
	}
	return attempts;
}

__attribute__((noipa)) static int out_of_loop(void)
{
	volatile int i;

	if (_setjmp(inner) != 0)
		return i;
	for (i = 0;; i++)
		if (i * i > 50)
			_longjmp(inner, 0); /* arrives as 1 */
}

int main(void)
{
	volatile int times = 0;

	for (volatile int i = 1; i < 5; i++) {
		int value = setjmp(outer);

		if (value == 0)
			descend(i);
		times += value;
	}
	return times == 28 && log_value == 20 && retry() == 4 && out_of_loop() == 8 ? 0 : 1;
}
