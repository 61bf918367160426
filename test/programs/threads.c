/* SPDX-License-Identifier: MIT */
/*
 * Four threads at once with different work, then six created and joined one after another (their ids and stacks are
 * reused), one that leaves by pthread_exit deep in calls. What each thread does in this module does not depend on the others.
 */
#include <pthread.h>
#include <stdint.h>

static pthread_barrier_t barrier;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static __thread int own_count;
static int total;

static void contribute(int value)
{
	pthread_mutex_lock(&mutex);
	total += value;
	pthread_mutex_unlock(&mutex);
}

static void *count_up(void *argument)
{
	pthread_barrier_wait(&barrier);
	for (intptr_t i = 0; i < (intptr_t)argument; i++)
		own_count++;
	contribute(own_count);
	return NULL;
}

static int fibonacci(int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

static void *recurse(void *argument)
{
	pthread_barrier_wait(&barrier);
	contribute(fibonacci((int)(intptr_t)argument));
	return NULL;
}

static void *primes(void *argument)
{
	int found = 0;

	pthread_barrier_wait(&barrier);
	for (int n = 2; n < (intptr_t)argument; n++) {
		int prime = 1;

		for (int d = 2; d * d <= n; d++)
			if (n % d == 0)
				prime = 0;
		found += prime;
	}
	contribute(found);
	return NULL;
}

static void leave_at(int depth)
{
	if (own_count < 0)
		return;
	if (depth == 0)
		pthread_exit((void *)(intptr_t)own_count);
	own_count++;
	leave_at(depth - 1);
	own_count = -1;
}

static void *in_turn(void *argument)
{
	for (intptr_t i = (intptr_t)argument; i < 8; i++)
		own_count += 2;
	if ((intptr_t)argument == 3)
		leave_at(4);
	return (void *)(intptr_t)own_count;
}

int main(void)
{
	pthread_t threads[4];

	pthread_barrier_init(&barrier, NULL, 4);
	pthread_create(&threads[0], NULL, count_up, (void *)50);
	pthread_create(&threads[1], NULL, count_up, (void *)25);
	pthread_create(&threads[2], NULL, recurse, (void *)9);
	pthread_create(&threads[3], NULL, primes, (void *)30);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	for (intptr_t i = 0; i < 6; i++) {
		void *result;

		pthread_create(&threads[0], NULL, in_turn, (void *)i);
		pthread_join(threads[0], &result);
		total += (int)(intptr_t)result;
	}
	return total == 50 + 25 + 34 + 10 + 70 ? 0 : 1;
}
