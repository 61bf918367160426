/* Calls: nested on one line, several statements on one line, early returns, functions that end in a call. */
#include "reverse.h"

static int depth;

static void empty(void)
{
}

static int g(int x)
{
	return x + 1;
}

static int h(int x)
{
	int twice = x * 2;

	return twice;
}

static int f(int a, int b)
{
	return a * b;
}

static int early(int x)
{
	if (x < 0)
		return -1;
	if (x == 0)
		return 0;
	depth++;
	return g(x);
}

static void write_label(int *to, int from)
{
	int i = 0;

	while (i < from) {
		*to += i;
		i++;
	}
	*to = from;
}

static void pack(int *to, int from)
{
	*to = 0;
	write_label(to, from);
}

static int weigh(const int *parcel)
{
	int box = *parcel > 1 ? 12 : 4;

	return *parcel + box;
}

static void hand_over(int grams) { sink = grams; }

static void dispatch(const int *parcel)
{
	int grams = weigh(parcel);

	hand_over(grams);
}

static void handle(int order)
{
	int parcel;

	pack(&parcel, order);
	dispatch(&parcel);
}

static int chain(int x) { return f(g(x), h(x)); }

int main(void)
{
	int x = sink + 1;

	empty();
	x = f(g(1), h(2));
	x += g(x) + g(x + 1) * h(3);
	x = g(g(g(x)));
	empty(); empty(); x++; x += h(x);
	x += early(sink - 1);
	x += early(sink);
	x += early(sink + 1);
	handle(sink + 2);
	handle(0);
	x += chain(
		g(2)
	);
	sink = f(x, depth) > 3 && g(x) ? h(1) : g(2);
	finished();
	return 0;
}
