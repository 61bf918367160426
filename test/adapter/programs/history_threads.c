/* Four workers, each with work and a result of its own; one of them stops while the others stand still. */
#include <pthread.h>
#include <stdio.h>

static pthread_barrier_t barrier;
static long results[4];

static long square(long n)
{
    long result = n * n; /* BP:square */
    return result;       /* BP:square-return */
}

static void *worker(void *argument)
{
    long index = (long)argument;
    for (long i = 0; i <= index; i++)  /* BP:work-loop */
        results[index] += square(i);   /* BP:work */
    pthread_barrier_wait(&barrier);    /* BP:meet */
    results[index]++;                  /* BP:met */
    pthread_barrier_wait(&barrier);    /* BP:part */
    return NULL;
}

int main(void)
{
    pthread_t threads[4];
    pthread_barrier_init(&barrier, NULL, 5);
    for (long i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, worker, (void *)i); /* BP:create */
    pthread_barrier_wait(&barrier);    /* BP:main-meet */
    long first = square(10);           /* BP:main-square */
    long sum = first + square(20);     /* BP:main-sum */
    printf("sum %ld\n", sum);          /* BP:main-print */
    fflush(stdout);
    pthread_barrier_wait(&barrier);    /* BP:main-part */
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    return 0;                          /* BP:joined */
}
