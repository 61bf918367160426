/* SPDX-License-Identifier: MIT */
/*
 * All the ways to end, several calls deep: SIGSEGV, abort, SIGKILL to itself, _exit from a thread while main waits, a
 * call of an unmapped address, exit deep in calls. The last blocks are what the user wants.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *way;

static void end(int n)
{
	volatile int *nowhere = (volatile int *)(long)(n & 1);

	if (strcmp(way, "segv") == 0)
		*nowhere = n;
	else if (strcmp(way, "abort") == 0)
		abort();
	else if (strcmp(way, "kill") == 0)
		kill(getpid(), SIGKILL);
	else if (strcmp(way, "jump") == 0)
		((void (*)(void))0x1000)();
	else if (strcmp(way, "exit") == 0)
		exit(5);
	else
		_exit(6);
}

static int deep(int depth, int value)
{
	if (value < 0)
		return value;
	for (int i = 0; i < depth; i++)
		value += i;
	if (depth == 0)
		end(value);
	return deep(depth - 1, value + 1) + 1;
}

/* Main lets go of the lock where it waits, within libc: so _exit cannot find it anywhere else. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static void *in_thread(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&lock);
	deep(3, 2);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	way = argc > 1 ? argv[1] : "segv";
	if (strcmp(way, "thread") == 0) {
		pthread_mutex_lock(&lock);
		pthread_create(&thread, NULL, in_thread, NULL);
		pthread_cond_wait(&never, &lock);
	}
	return deep(5, 1);
}
