/* Ways of going on that are no branch, and ends, by the first argument. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int seen;
static volatile long spins;
static volatile int *nowhere;
static jmp_buf place;
static sigjmp_buf safety;

static void count(int signal)
{
    seen = signal;                     /* BP:handler */
    seen++;                            /* BP:handler-second */
}

static void escape(int signal)
{
    seen = signal;                     /* BP:escape */
    siglongjmp(safety, 1);             /* BP:escape-jump */
}

static void signalled(void)
{
    signal(SIGUSR1, count);            /* BP:signalled */
    seen = 0;                          /* BP:before-kill */
    kill(getpid(), SIGUSR1);           /* BP:kill */
    seen += 100;                       /* BP:after-kill */
}

static void ticking(void)
{
    struct itimerval soon = { .it_value = { .tv_usec = 1000 } };
    signal(SIGALRM, count);
    setitimer(ITIMER_REAL, &soon, NULL); /* BP:set-timer */
    while (!seen)                      /* BP:spin-while */
        spins++;                       /* BP:spin */
    seen = 0;                          /* BP:ticked */
}

static void fault(void)
{
    seen = 0;                          /* BP:before-fault */
    seen = *nowhere;                   /* BP:fault */
    seen = 3;                          /* BP:after-fault */
}

static void faulting(void)
{
    signal(SIGSEGV, escape);
    if (sigsetjmp(safety, 1) == 0)     /* BP:sigsetjmp */
        fault();                       /* BP:call-fault */
    seen++;                            /* BP:escaped */
}

static void deep(int n)
{
    if (n > 0)                         /* BP:deep */
        deep(n - 1);                   /* BP:deep-call */
    if (n == 0)
        longjmp(place, 7);             /* BP:longjmp */
}

static void jumping(void)
{
    int value = setjmp(place);         /* BP:setjmp */
    if (value == 0)                    /* BP:setjmp-if */
        deep(3);                       /* BP:call-deep */
    seen = value;                      /* BP:jumped */
}

static void crash(void)
{
    int local = 1;                     /* BP:crash-first */
    local += seen;                     /* BP:crash-second */
    *nowhere = local;                  /* BP:crash */
}

static void give_up(void)
{
    seen = 1;                          /* BP:abort-first */
    seen++;                            /* BP:abort-second */
    abort();                           /* BP:abort */
}

static void forking(void)
{
    int status;
    fflush(stdout);                    /* BP:before-fork */
    pid_t child = fork();              /* BP:fork */
    if (child == 0) {                  /* BP:fork-if */
        for (int i = 0; i < 1000; i++)
            spins++;
        _exit(3);
    }
    waitpid(child, &status, 0);        /* BP:wait */
    printf("child %d\n", WEXITSTATUS(status)); /* BP:forked */
    fflush(stdout);                    /* BP:forked-flush */
}

static void executing(char *program)
{
    char *argv[] = { program, "none", NULL };
    seen = 1;                          /* BP:before-exec */
    execv(program, argv);              /* BP:exec */
    perror("execv");
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";
    if (!strcmp(mode, "signal"))
        signalled();                   /* BP:call-signalled */
    if (!strcmp(mode, "timer"))
        ticking();
    if (!strcmp(mode, "fault"))
        faulting();
    if (!strcmp(mode, "longjmp"))
        jumping();
    if (!strcmp(mode, "segv"))
        crash();                       /* BP:call-crash */
    if (!strcmp(mode, "abort"))
        give_up();                     /* BP:call-abort */
    if (!strcmp(mode, "fork"))
        forking();
    if (!strcmp(mode, "exec"))
        executing(argv[0]);
    printf("mode %s seen %d\n", mode, seen); /* BP:end */
    return 0;
}
