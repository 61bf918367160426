/*
 * The demo's sample: a shop that packs its orders and hands them to a carrier. The last order crashes it in a
 * call through a null pointer, and the stack at the crash shows nothing wrong: the function that did
 * the damage has long returned. The history still has it.
 */
#include <stdio.h>

#define LABEL_SIZE 8

struct carrier {
	const char *name;
	void (*ship)(const char *label, int grams);
};

struct parcel {
	char label[LABEL_SIZE];
	const struct carrier *carrier;
	int grams;
};

struct order {
	const char *town;
	int carrier;
	int grams;
};

static void by_post(const char *label, int grams)
{
	printf("post: %.*s, %d g\n", LABEL_SIZE, label, grams);
}

static void by_van(const char *label, int grams)
{
	printf("van:  %.*s, %d g\n", LABEL_SIZE, label, grams);
}

/* Aligned, so that a stray zero byte always turns a carrier into the first one: the same crash on each run. */
static const struct carrier carriers[] __attribute__((aligned(256))) = {
	{ "nobody", NULL },
	{ "post", by_post },
	{ "van", by_van },
};

static void write_label(struct parcel *parcel, const char *town)
{
	int length = 0;

	while (town[length] && length < LABEL_SIZE) {
		parcel->label[length] = town[length];
		length++;
	}
	parcel->label[length] = '\0'; /* the mistake: one past the end for a town of eight letters */
}

static void pack(struct parcel *parcel, const struct order *order)
{
	parcel->carrier = &carriers[order->carrier];
	parcel->grams = order->grams;
	write_label(parcel, order->town);
}

static int weigh(const struct parcel *parcel)
{
	int box = parcel->grams > 1000 ? 120 : 40;

	return parcel->grams + box;
}

static void hand_over(const struct parcel *parcel, int grams)
{
	parcel->carrier->ship(parcel->label, grams); /* the crash */
}

static void dispatch(const struct parcel *parcel)
{
	int grams = weigh(parcel);

	hand_over(parcel, grams);
}

static void handle(const struct order *order)
{
	struct parcel parcel;

	pack(&parcel, order); /* the breakpoint */
	dispatch(&parcel);
}

int main(void)
{
	const struct order orders[] = {
		{ "Paris", 1, 300 },
		{ "Lisbon", 2, 2500 },
		{ "Helsinki", 1, 700 },
	};

	for (unsigned i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		handle(&orders[i]);
	return 0;
}
