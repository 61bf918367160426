/* Ways through a function: switch with a jump table, goto, function pointers, short circuits. */
#include "reverse.h"

static int add(int a, int b) { return a + b; }
static int sub(int a, int b) { return a - b; }

static int mul(int a, int b)
{
	return a * b;
}

static int (*const table[])(int, int) = { add, sub, mul };

static __attribute__((noinline)) int choose(int way, int x)
{
	switch (way) {
	case 0:
		x += 3;
		break;
	case 1:
		x -= 2;
		/* fall through */
	case 2:
		x = table[2](x, 2);
		break;
	case 3: return x;
	case 4:
	case 5: {
		int half = x / 2;

		x = half;
		break;
	}
	default:
		x = -1;
	}
	return x;
}

static __attribute__((noinline)) int jumps(int x)
{
again:
	if (x > 10)
		goto done;
	x = table[0](x, 4);
	if (x & 1)
		goto again;
	x = table[x & 1](x,
			 1);
	goto again;
done:
	return x;
}

static __attribute__((noinline)) int both(int a, int b)
{
	if (table[1](a, b) && (table[0](a, b) || table[2](a, b)))
		return 1;
	else if (a == b)
		return 2;
	return a > b ? table[1](a, b) : table[1](b, a);
}

int main(void)
{
	int x = 1;

	for (int i = 0; i < 7; i++)
		x = choose(i, x);
	x += jumps(x);
	x += both(1, 2);
	x += both(2, 2);
	x += both(1, -1);
	sink = x;
	finished();
	return 0;
}
