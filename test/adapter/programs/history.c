/* A past to step back through: loops, calls several deep, recursion, a library that calls back, output on the way. */
#include <stdio.h>
#include <stdlib.h>

/* Distinctive: no other number of a session looks like it. */
volatile long secret = 1000;

static int leaf(int n)
{                              /* BP:leaf-open */
    int doubled = n * 2;       /* BP:leaf */
    return doubled + 1;        /* BP:leaf-return */
}                              /* BP:leaf-close */

static int middle(int n)
{                              /* BP:middle-open */
    int first = leaf(n);       /* BP:middle-first */
    int second = leaf(n + 1);  /* BP:middle-second */
    return first + second;     /* BP:middle-return */
}                              /* BP:middle-close */

static int outer(int n)
{                              /* BP:outer-open */
    int sum = 0;               /* BP:outer-first */
    for (int i = 0; i < n; i++) /* BP:outer-loop */
        sum += middle(i);      /* BP:outer-call */
    secret = 987654321;        /* BP:outer-secret */
    return sum;                /* BP:outer-return */
}                              /* BP:outer-close */

static int factorial(int n)
{
    int result = 1;                        /* BP:factorial */
    if (n > 1)                             /* BP:factorial-if */
        result = n * factorial(n - 1);     /* BP:factorial-call */
    return result;                         /* BP:factorial-return */
}

static int compare(const void *a, const void *b)
{
    int left = *(const int *)a;            /* BP:compare */
    int right = *(const int *)b;           /* BP:compare-right */
    return (left > right) - (left < right); /* BP:compare-return */
}

/* Calls `function` twice. Without line information: in a section that no line table speaks of. */
void call_twice(void (*function)(void));
__asm__(".pushsection .text.nolines, \"ax\", @progbits\n"
        ".globl call_twice\n"
        ".type call_twice, @function\n"
        "call_twice:\n"
        "    push %rbx\n"
        "    mov %rdi, %rbx\n"
        "    call *%rbx\n"
        "    call *%rbx\n"
        "    pop %rbx\n"
        "    ret\n"
        ".size call_twice, . - call_twice\n"
        ".popsection\n");

static void called_back(void)
{                                          /* BP:called-open */
    secret++;                              /* BP:called */
}                                          /* BP:called-close */

int main(int argc, char **argv)
{
    int numbers[] = { 3, 1, 2 };           /* BP:main */
    int turns = argc > 1 ? argc - 1 : 4;   /* BP:main-turns */
    int sum = outer(turns);                /* BP:main-outer */
    printf("sum %d\n", sum);               /* BP:main-print */
    fflush(stdout);                        /* BP:main-flush */
    int product = factorial(4);            /* BP:main-factorial */
    qsort(numbers, 3, sizeof(numbers[0]), compare); /* BP:main-qsort */
    call_twice(called_back);               /* BP:main-twice */
    sum += product + numbers[0];           /* BP:main-add */
    printf("done %d\n", sum);              /* BP:main-done */
    fflush(stdout);                        /* BP:main-done-flush */
    (void)argv;
    return 7;                              /* BP:main-return */
}
