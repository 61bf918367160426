/* SPDX-License-Identifier: MIT */
/*
 * Two threads that hand a token to and fro through semaphores and signal themselves: the handler belongs to the thread, and
 * the threads switch at every turn.
 */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>

static sem_t turns[2];
static __thread volatile sig_atomic_t handled;
static int results[2];

static void on_signal(int number) { handled += number == SIGUSR1 ? 1 : 100; }

static void play(int me)
{
	for (int round = 0; round < 5; round++) {
		sem_wait(&turns[me]);
		pthread_kill(pthread_self(), round % 2 ? SIGUSR1 : SIGUSR2);
		sem_post(&turns[!me]);
	}
	results[me] = handled;
}

static void *second(void *unused)
{
	(void)unused;
	play(1);
	return NULL;
}

int main(void)
{
	pthread_t thread;

	signal(SIGUSR1, on_signal);
	signal(SIGUSR2, on_signal);
	sem_init(&turns[0], 0, 1);
	sem_init(&turns[1], 0, 0);
	pthread_create(&thread, NULL, second, NULL);
	play(0);
	pthread_join(thread, NULL);
	return results[0] == 302 && results[1] == 302 ? 0 : 1;
}
