/* SPDX-License-Identifier: MIT */
/*
 * A whole program of its own code: no libc, linked static at a fixed address and as a static PIE. Every branch of the run
 * is in the own module, from the first instruction to the exit call.
 */
static int gcd(int a, int b) { return b ? gcd(b, a % b) : a; }

static void sort(int *values, int count)
{
	for (int i = 1; i < count; i++)
		for (int j = i; j > 0 && values[j - 1] > values[j]; j--) {
			int swap = values[j];

			values[j] = values[j - 1];
			values[j - 1] = swap;
		}
}

static int length(const char *text)
{
	int n = 0;

	while (*text++)
		n++;
	return n;
}

__attribute__((used)) static void begin(void)
{
	int values[] = { 7, 3, 9, 1, 8, 2, 2, 6 };
	int status;

	sort(values, 8);
	status = gcd(1071, 462) == 21 && values[0] == 1 && values[7] == 9 && length("branch") == 6 ? 0 : 1;
	__asm__ volatile("syscall" : : "a"(60), "D"(status) : "rcx", "r11", "memory");
}
__asm__(".globl _start; _start: xor %ebp, %ebp; and $-16, %rsp; call begin; ud2");
