/* Statements over several lines, macros over several lines, and macros that call. */
#include "reverse.h"

#define SQUARE(x) ((x) * (x))
#define TWICE(x)                                                                                                       \
	do {                                                                                                           \
		x = twice(x);                                                                                          \
		sink = x;                                                                                              \
	} while (0)
#define EACH(i, n) for (int i = 0; i < (n); i++)

static __attribute__((noinline)) int twice(int x)
{
	return 2 * x;
}

static __attribute__((noinline)) int sum(int a, int b, int c)
{
	return a +
	       b +
	       c;
}

static __attribute__((noinline)) int
oddly_written(int a,
	      int b)
{
	if (a > b &&
	    twice(a) > b) {
		return a
			- b; }
	return
		twice(b);
}

struct point {
	int x;
	int y;
};

static __attribute__((noinline)) struct point point(int x, int y)
{
	return (struct point){
		.x = twice(x),
		.y = SQUARE(y),
	};
}

int main(void)
{
	int x = 3;

	TWICE(x);
	x = sum(
		twice(1),
		twice(x),
		SQUARE(twice(2))
	);
	EACH(i, 2)
		TWICE(x);
	x += oddly_written(x, 4) +
	     oddly_written(
		     4,
		     x);
	struct point p = point(x,
			       2);
	x = p.x > 3
		? twice(p.x)
		: p.y;
	int y = (x++, twice(x), x--, x);
	sink = x + y;
	finished();
	return 0;
}
