/* SPDX-License-Identifier: MIT */
/* execve from a thread that is not the first: the other threads end, and it goes on under the process's id. */
#include <pthread.h>
#include <unistd.h>

static char **arguments;
/* Main lets go of the lock where it waits, within libc: so execve cannot find it anywhere else. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static void *exec_again(void *unused)
{
	char *again[] = { arguments[0], (char *)"again", NULL };

	(void)unused;
	pthread_mutex_lock(&lock);
	execv(arguments[0], again);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	int sum = 0;

	for (int i = 0; i < 5 * argc; i++)
		sum += i;
	if (argc > 1)
		return sum == 45 ? 0 : 1;
	arguments = argv;
	pthread_mutex_lock(&lock);
	pthread_create(&thread, NULL, exec_again, NULL);
	pthread_cond_wait(&never, &lock);
	return 2;
}
