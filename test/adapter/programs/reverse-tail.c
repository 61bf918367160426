/* Functions that end in a call: tail calls, once optimised. */
#include "reverse.h"

#define CALL static __attribute__((noinline))

CALL int last(int x)
{
	sink = x;
	return x + 1;
}

CALL int between(int x)
{
	sink = x;
	return last(x + 2);
}

CALL int first(int x)
{
	if (x > 5)
		return between(x);
	sink = 7;
	return last(x);
}

CALL void nothing(void)
{
	sink = 0;
}

CALL void ends(int x)
{
	sink = x;
	nothing();
}

CALL int (*pick(int x))(int)
{
	return x > 3 ? first : between;
}

CALL int through(int x)
{
	return pick(x)(x);
}

int main(void)
{
	int x = first(1);

	x += first(7);
	ends(x);
	x += through(4);
	x += through(2);
	sink = x;
	finished();
	return 0;
}
