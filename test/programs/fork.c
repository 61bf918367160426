/* SPDX-License-Identifier: MIT */
/* fork: parent and child both work, the child forks again, and a thread forks. The child has none of the parent's past. */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((noipa)) static int work(int n)
{
	int sum = 0;

	for (int i = 1; i <= n; i++)
		sum += i % 3 ? i : -i;
	return sum;
}

static int wait_for(pid_t child)
{
	int status = 0;

	waitpid(child, &status, 0);
	return WEXITSTATUS(status);
}

static void *fork_in_thread(void *unused)
{
	pid_t child = fork();

	(void)unused;
	if (child == 0)
		_exit(work(4) & 0xff);
	return (void *)(long)wait_for(child);
}

int main(void)
{
	pthread_t thread;
	void *from_thread;
	int before = work(10), status;
	pid_t child = fork();

	if (child == 0) {
		pid_t grandchild = fork();

		if (grandchild == 0)
			_exit(work(5));
		_exit(work(7) + wait_for(grandchild));
	}
	before += work(20);
	status = wait_for(child);
	pthread_create(&thread, NULL, fork_in_thread, NULL);
	pthread_join(thread, &from_thread);
	return before == 19 + 84 && status == 10 + 9 && (long)from_thread == 4 ? 0 : 1;
}
