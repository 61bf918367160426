/* SPDX-License-Identifier: MIT */
/*
 * crunch ITEMS: loops, calls direct and through pointers, and hard to predict branches, about 25 taken branches an
 * item; in the last item it prints the monotonic clock in nanoseconds and stops (the bench has a breakpoint there).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define OUT_OF_LINE __attribute__((noinline))

struct account {
	uint32_t id;
	int64_t balance;
	unsigned changes;
};

static struct account accounts[64];

static OUT_OF_LINE uint32_t hash(uint32_t value)
{
	for (int i = 0; i < 8; i++)
		value = value & 1 ? value >> 1 ^ 0xedb88320u : value >> 1;
	return value;
}

static OUT_OF_LINE void deposit(struct account *account, uint32_t amount)
{
	account->balance += amount;
	account->changes++;
}

static OUT_OF_LINE void withdraw(struct account *account, uint32_t amount)
{
	if (account->balance < amount)
		return;
	account->balance -= amount;
	account->changes++;
}

static OUT_OF_LINE void fee(struct account *account, uint32_t amount)
{
	withdraw(account, amount % 10 + 1);
}

typedef void (*operation)(struct account *, uint32_t);

static const operation operations[] = { deposit, withdraw, fee, deposit };

static OUT_OF_LINE void report(const struct account *account)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	printf("now %lld\n", now.tv_sec * 1000000000ll + now.tv_nsec);
	fflush(stdout);
	if (account->changes == 0) /* BENCH:stop */
		exit(1);
}

static OUT_OF_LINE void item(uint32_t number, int is_last)
{
	uint32_t random = hash(number);
	struct account *account = &accounts[random % 64];

	operations[random >> 8 & 3](account, random >> 16);
	if (account->changes > 1000)
		account->changes = 1;
	if (is_last)
		report(account);
}

int main(int argc, char **argv)
{
	uint32_t items = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000;

	for (uint32_t number = 1; number <= items; number++)
		item(number, number == items);
	return 0;
}
