/* SPDX-License-Identifier: MIT */
/*
 * fork and exec of another own program, then exec of itself in the same process: another module under an old id, the same
 * module again at perhaps another address.
 */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((noipa)) static int work(int n)
{
	int sum = 0;

	while (n > 0)
		sum += n--;
	return sum;
}

int main(int argc, char **argv)
{
	char path[4096];
	int status = 1;
	pid_t child;

	if (argc > 1)
		return work(6) == 21 ? 0 : 2;
	strcpy(path, argv[0]);
	strcpy(strrchr(path, '/') + 1, "recursion_O2");
	child = fork();
	if (child == 0) {
		work(3);
		execl(path, path, (char *)NULL);
		_exit(99);
	}
	waitpid(child, &status, 0);
	if (status != 0 || work(4) != 10)
		return 1;
	execl(argv[0], argv[0], "again", (char *)NULL);
	return 3;
}
