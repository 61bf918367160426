#define _GNU_SOURCE
/* Four workers that meet, then wait for the word to end. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static pthread_barrier_t barrier;
volatile int finish;
volatile long counters[4];

static void *worker(void *argument)
{
    long index = (long)argument;
    char name[16];
    snprintf(name, sizeof name, "worker-%ld", index);
    pthread_setname_np(pthread_self(), name);
    pthread_barrier_wait(&barrier);
    while (!finish) {
        counters[index]++; /* BP:loop */
        usleep(1000);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[4];
    pthread_barrier_init(&barrier, NULL, 5);
    for (long i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, worker, (void *)i);
    pthread_barrier_wait(&barrier);
    puts("all there"); /* BP:all-there */
    fflush(stdout);
    while (!finish)
        usleep(1000);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    return 0; /* BP:joined */
}
