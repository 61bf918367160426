/* Becomes another program. */
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc > 1)
        return 6; /* BP:second */
    puts("before exec");
    fflush(stdout);
    execl(argv[0], argv[0], "again", (char *)NULL);
    return 1;
}
