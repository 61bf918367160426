/* Runs until told to stop: something to pause, to detach from, and to kill. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <signal.h>

volatile int keep_going = 1;
volatile unsigned long turns;

static void on_term(int number)
{
    (void)number;
    static const char text[] = "cleaned up\n";
    if (write(1, text, sizeof text - 1) < 0)
        _exit(1);
    _exit(7);
}

static void work(void)
{
    turns++; /* BP:work */
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "handle"))
        signal(SIGTERM, on_term);
    if (argc > 1 && !strcmp(argv[1], "ignore"))
        signal(SIGTERM, SIG_IGN);
    puts("ready"); /* BP:ready */
    fflush(stdout);
    if (argc > 1 && !strcmp(argv[1], "sleep"))
        while (keep_going)
            sleep(1000);
    while (keep_going) /* BP:while */
        work();        /* BP:call */
    puts("done");
    return 5; /* BP:return */
}
