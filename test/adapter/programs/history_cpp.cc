// A throw through two frames with destructors, caught twice; and what the compiler inlines.
#include <cstdio>
#include <stdexcept>

static volatile int count;

struct Guard {
    ~Guard() { count = count + 1; }    // BP:destructor
};

static void thrower(int n)
{
    Guard guard;                       // BP:guard
    if (n > 2)                         // BP:thrower-if
        throw std::runtime_error("no more"); // BP:throw
    count = n;                         // BP:no-throw
}

static void between(int n)
{
    Guard guard;
    thrower(n);                        // BP:between
}

static int attempt(int n)
{
    int result = 0;                    // BP:attempt
    try {
        between(n);                    // BP:try
        result = n;                    // BP:not-thrown
    } catch (const std::exception &error) { // BP:catch
        result = -1;                   // BP:caught
    }
    return result;                     // BP:attempt-return
}

__attribute__((always_inline)) static inline int twice(int n)
{
    int doubled = n + n;               // BP:twice
    return doubled;                    // BP:twice-return
}

int main()
{
    int first = attempt(1);            // BP:first
    int second = attempt(5);           // BP:second
    int third = twice(first);          // BP:inline-call
    std::printf("%d %d %d\n", first, second, third); // BP:print
    return 0;
}
