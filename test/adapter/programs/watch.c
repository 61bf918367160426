/* Variables that change, to be watched. */
#include <stdio.h>

int watched = 1;
struct { int a, b; } pair;

static int change(int step)
{
    int local = 5;
    local += step; /* BP:local-change */
    watched += local; /* BP:change */
    return local;  /* BP:change-return */
}

int main(void)
{
    int sum = 0; /* BP:start */
    for (int i = 0; i < 3; i++)
        sum += change(i);
    pair.b = sum; /* BP:pair */
    printf("%d %d\n", watched, sum); /* BP:end */
    return 0;
}
