/* Writes what its first argument names. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (!strcmp(what, "mi")) {
        /* What a debugger that shares a pipe with us would take for GDB's words. */
        puts("*stopped,reason=\"exited-normally\"");
        puts("^done,value=\"bogus\"");
        puts("~\"console\"");
        puts("=thread-exited,id=\"1\"");
        puts("(gdb) ");
        puts("*");
    } else if (!strcmp(what, "utf8")) {
        /* é and 😀, a byte at a time. */
        const char text[] = "caf\xc3\xa9 \xf0\x9f\x98\x80 ok\n";
        for (size_t i = 0; i < sizeof text - 1; i++) {
            if (write(1, text + i, 1) != 1)
                return 1;
            usleep(2000);
        }
    } else if (!strcmp(what, "much")) {
        for (int i = 0; i < 60000; i++)
            printf("line %06d ................................................\n", i);
        printf("no newline at the end");
    } else if (!strcmp(what, "lines")) {
        puts("first"); /* in a terminal this line is out at once */
        usleep(300000);
        puts("second");
    } else if (!strcmp(what, "echo")) {
        char line[200];
        while (fgets(line, sizeof line, stdin))
            printf("got %s", line);
        puts("end of input");
    } else if (!strcmp(what, "tty")) {
        printf("%d %d %d\n", isatty(0), isatty(1), isatty(2));
        FILE *tty = fopen("/dev/tty", "w");
        printf("ctty %d\n", tty != NULL);
    }
    return 0;
}
