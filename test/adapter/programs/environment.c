/* Prints its arguments, working directory, and the variables that matter to the tests. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
    char cwd[4096];
    for (int i = 1; i < argc; i++)
        printf("arg[%d]=<%s>\n", i, argv[i]);
    printf("cwd=<%s>\n", getcwd(cwd, sizeof cwd));
    for (char **e = environ; *e; e++)
        if (!strncmp(*e, "BTS_", 4) || !strncmp(*e, "SHELL=", 6) || !strncmp(*e, "LD_L", 4) || !strncmp(*e, "LC_", 3) ||
            !strncmp(*e, "LINES", 5) || !strncmp(*e, "COLUMNS", 7) || !strncmp(*e, "PYTHONPATH", 10))
            printf("env %s\n", *e);
    int open_files = 0;
    for (int fd = 3; fd < 64; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            open_files++;
    printf("open files %d\n", open_files);
    return 0; /* BP:end */
}
