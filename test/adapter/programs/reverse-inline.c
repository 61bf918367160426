/* Inlined functions: nested, in loops, around calls, one after the other on a line. */
#include "reverse.h"

#define INLINE static inline __attribute__((always_inline))
#define CALL static __attribute__((noinline))

CALL int real(int x)
{
	sink = x;
	return x + 1;
}

INLINE int inner(int x)
{
	sink = x;
	return real(x) * 2;
}

INLINE int middle(int x)
{
	int y = inner(x);

	sink = y;
	return y - 1;
}

INLINE int outer(int x)
{
	if (x > 100)
		return x;
	x = middle(x);
	return middle(x + 1);
}

INLINE int pure(int x)
{
	return x * 3 + sink;
}

CALL int around(int x)
{
	x = outer(x);
	return x + sink;
}

CALL int loop(int n)
{
	int sum = 0;

	for (int i = 0; i < n; i++)
		sum += inner(i);
	return sum;
}

int main(void)
{
	int x = around(1);

	x += pure(x) + inner(x);
	x += loop(2);
	x = real(pure(inner(x)));
	sink = x;
	finished();
	return 0;
}
