// Ends, or is interrupted, in the way its argument names.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

volatile int handled;

static void on_signal(int)
{
    handled = handled + 1;
}

static void crash(int *where)
{
    *where = 1; // BP:crash
}

static void thrower(int depth)
{
    if (depth == 0)
        throw std::runtime_error("out of cheese"); // BP:throw
    thrower(depth - 1);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (!strcmp(what, "segv"))
        crash((int *)0x1234);
    if (!strcmp(what, "abort"))
        abort();
    if (!strcmp(what, "usr1")) {
        signal(SIGUSR1, on_signal);
        raise(SIGUSR1); // BP:raise
        printf("handled %d\n", handled); // BP:raised
    }
    if (!strcmp(what, "throw")) {
        try {
            thrower(2);
        } catch (const std::runtime_error &error) {
            printf("caught %s\n", error.what()); // BP:caught
        }
        try {
            throw 42;
        } catch (int) {
        }
    }
    if (!strcmp(what, "kill"))
        raise(SIGKILL);
    return argc > 2 ? atoi(argv[2]) : 0;
}
