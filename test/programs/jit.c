/* SPDX-License-Identifier: MIT */
/*
 * A JIT: writes code into anonymous memory and runs it, then writes other code with other branches to the same address and
 * runs that; once in rwx memory, once with mprotect between write and run. The address is fixed, away from other mappings,
 * so that offsets are equal everywhere.
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

enum { SIZE = 8192 };

/* int f(int n): two ways to sum 1..n, with the branches at other places. */
static const unsigned char count_down[] = {
	0x31, 0xc0,		/* xor eax, eax */
	0x85, 0xff,		/* test edi, edi */
	0x74, 0x06,		/* jz +6 */
	0x01, 0xf8,		/* add eax, edi */
	0xff, 0xcf,		/* dec edi */
	0x75, 0xfa,		/* jnz -6 */
	0xc3,			/* ret */
};
static const unsigned char count_up[] = {
	0x31, 0xc0,		/* xor eax, eax */
	0x31, 0xc9,		/* xor ecx, ecx */
	0x39, 0xf9,		/* cmp ecx, edi */
	0x7d, 0x06,		/* jge +6 */
	0xff, 0xc1,		/* inc ecx */
	0x01, 0xc8,		/* add eax, ecx */
	0xeb, 0xf6,		/* jmp -10 */
	0xc3,			/* ret */
};

typedef int (*function)(int);

__attribute__((noipa)) static int run(unsigned char *memory, const unsigned char *code, size_t size, int n)
{
	memcpy(memory, code, size);
	return ((function)(void *)memory)(n);
}

int main(void)
{
	unsigned char *memory = mmap((void *)0x20000000, SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
				     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	int total = 0;

	if (memory != (unsigned char *)0x20000000)
		return 2;
	for (int round = 0; round < 3; round++) {
		total += run(memory, count_down, sizeof count_down, 4);
		total += run(memory, count_up, sizeof count_up, 4);
	}
	for (int round = 0; round < 2; round++) {
		unsigned char *page = memory + SIZE / 2;

		mprotect(page, SIZE / 2, PROT_READ | PROT_WRITE);
		if (round)
			memcpy(page, count_down, sizeof count_down);
		else
			memcpy(page, count_up, sizeof count_up);
		mprotect(page, SIZE / 2, PROT_READ | PROT_EXEC);
		total += ((function)(void *)page)(5);
	}
	return total == 6 * 10 + 2 * 15 ? 0 : 1;
}
