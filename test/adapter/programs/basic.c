/* The smallest thing to debug: a loop, a call, output on both streams, an exit status. */
#include <stdio.h>

static int global_counter = 3;

static int add(int a, int b)
{
    int sum = a + b; /* BP:add */
    return sum;      /* BP:add-return */
}

int main(int argc, char **argv)
{
    int total = 0; /* BP:main-first */
    for (int i = 0; i < 5; i++) {
        total = add(total, i); /* BP:loop */
        global_counter++;      /* BP:after-add */
    }
    printf("total %d argc %d\n", total, argc); /* BP:print */
    fprintf(stderr, "err %s\n", argc > 1 ? argv[1] : "none");
    return 9; /* BP:return */
}
