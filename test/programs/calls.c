/* SPDX-License-Identifier: MIT */
/*
 * Indirect calls through tables and structures, sibling calls that the compiler makes jumps of (-O2), `jmp *`, variable
 * arguments, a function that returns a structure. Tail calls change the call tree without a return.
 */
#include <stdarg.h>

typedef int (*operation)(int, int);

__attribute__((noipa)) static int add(int a, int b) { return a + b; }
__attribute__((noipa)) static int subtract(int a, int b) { return a - b; }
__attribute__((noipa)) static int multiply(int a, int b) { return a * b; }
static const operation operations[] = { add, subtract, multiply };

struct shape { int (*area)(const struct shape *); int width, height; };
__attribute__((noipa)) static int rectangle(const struct shape *s) { return s->width * s->height; }
__attribute__((noipa)) static int triangle(const struct shape *s) { return s->width * s->height / 2; }

__attribute__((noipa)) static int tail_last(int n, int total) { return total + n; }
__attribute__((noipa)) static int tail_second(int n, int total) { return tail_last(n + 1, total + n); }
__attribute__((noipa)) static int tail_first(int n, int total) { return tail_second(n + 1, total + n); }
__attribute__((noipa)) static int tail_indirect(operation f, int a, int b) { return f(b, a); }

__attribute__((noipa)) static int sum(int count, ...)
{
	va_list list;
	int total = 0;

	va_start(list, count);
	while (count--)
		total += va_arg(list, int);
	va_end(list);
	return total;
}

struct big { int values[16]; };
__attribute__((noipa)) static struct big fill(int from)
{
	struct big b;

	for (int i = 0; i < 16; i++)
		b.values[i] = from + i;
	return b;
}

int main(void)
{
	const struct shape shapes[] = { { rectangle, 3, 4 }, { triangle, 6, 5 }, { rectangle, 2, 2 } };
	int result = 0;

	for (int round = 0; round < 4; round++)
		for (int i = 0; i < 3; i++)
			result += operations[(i + round) % 3](i, round) + shapes[i].area(&shapes[i]);
	result += tail_first(1, 0) + tail_indirect(subtract, 10, 4) + sum(5, 1, 2, 3, 4, 5) + fill(3).values[15];
	return result == 171 ? 0 : 1;
}
