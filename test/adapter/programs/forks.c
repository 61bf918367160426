/* A child with a line of its own. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int in_child(void)
{
    return 3; /* BP:child */
}

static int in_parent(void)
{
    return 4; /* BP:parent */
}

int main(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(in_child());
    int status;
    waitpid(pid, &status, 0);
    return in_parent() + WEXITSTATUS(status);
}
