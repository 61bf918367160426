/* SPDX-License-Identifier: MIT */
/* vfork with exec, vfork with _exit, and posix_spawn: the child runs in the parent's memory until it execs or exits. */
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

__attribute__((noipa)) static int work(int n)
{
	int sum = 0;

	while (n > 0)
		sum += n--;
	return sum;
}

static int wait_for(pid_t child)
{
	int status = -1;

	waitpid(child, &status, 0);
	return status;
}

int main(int argc, char **argv)
{
	char path[4096], *arguments[] = { path, NULL };
	pid_t child;
	volatile int failures = argc - 1;

	strcpy(path, argv[0]);
	strcpy(strrchr(path, '/') + 1, "tight");
	child = vfork();
	if (child == 0) {
		execve(path, arguments, environ);
		_exit(99);
	}
	failures += wait_for(child) != 0;
	child = vfork();
	if (child == 0)
		_exit(work(5));
	failures += WEXITSTATUS(wait_for(child)) != 15;
	failures += posix_spawn(&child, path, NULL, NULL, arguments, environ) != 0;
	failures += wait_for(child) != 0;
	return failures + (work(6) != 21);
}
