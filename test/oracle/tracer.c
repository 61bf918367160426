/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "entry.h"
#include "thread.h"

/* si_code of the stop at the entry of a handler: ptrace_notify(SIGTRAP) in the kernel's signal_setup_done(). */
enum { CODE_HANDLER_ENTRY = SIGTRAP };

static const long trace_options = PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
				  PTRACE_O_TRACEEXEC;

static struct thread **threads; /* in creation order; the ordinal is the index */
static int thread_count;
static bool from_entry;

/* The last one with this id: ids are reused. */
static struct thread *find_thread(pid_t tid)
{
	static int recent;

	if (recent < thread_count && threads[recent]->tid == tid && !threads[recent]->ended)
		return threads[recent];
	for (int i = thread_count - 1; i >= 0; i--)
		if (threads[i]->tid == tid && !threads[i]->ended)
			return threads[recent = i];
	return NULL;
}

static pid_t thread_group(pid_t tid)
{
	char path[64], line[256];
	int tgid = tid;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/status", tid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof line, file))
		if (sscanf(line, "Tgid: %d", &tgid) == 1)
			break;
	if (file)
		fclose(file);
	return tgid;
}

static struct process *find_process(pid_t tgid)
{
	for (int i = thread_count - 1; i >= 0; i--)
		if (!threads[i]->ended && process_tgid(threads[i]->process) == tgid)
			return threads[i]->process;
	return NULL;
}

static struct thread *add_thread(pid_t tid)
{
	pid_t tgid = thread_group(tid);
	struct thread *t = calloc(1, sizeof *t);

	threads = realloc(threads, sizeof *threads * (size_t)(thread_count + 1));
	if (!t || !threads)
		abort();
	t->tid = tid;
	t->ordinal = thread_count;
	t->process = find_process(tgid);
	t->leads_process = t->process == NULL && thread_count > 0;
	if (!t->process)
		t->process = process_new(tgid);
	listing_open(&t->listing);
	threads[thread_count++] = t;
	return t;
}

/* Two processes that share one CPU hand each step over four times as fast as two on different ones. */
static void pin_to_this_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof set, &set);
}

/* The child: waits until it is traced, then becomes the program. */
static void become_program(char **argv, int go, int failure)
{
	sigset_t trap;
	char byte;

	sigemptyset(&trap);
	sigaddset(&trap, SIGTRAP);
	sigprocmask(SIG_UNBLOCK, &trap, NULL);
	signal(SIGTRAP, SIG_DFL);
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	personality(ADDR_NO_RANDOMIZE);
	if (read(go, &byte, 1) == 1) {
		execvp(argv[0], argv);
		byte = (char)errno;
		if (write(failure, &byte, 1) < 0)
			_exit(126);
	}
	_exit(127);
}

static pid_t start(char **argv)
{
	int go[2], failure[2], status;
	char byte = 0;
	pid_t pid;

	if (pipe2(go, O_CLOEXEC) || pipe2(failure, O_CLOEXEC) || (pid = fork()) < 0) {
		perror("oracle: cannot start a process");
		return -1;
	}
	if (pid == 0)
		become_program(argv, go[0], failure[1]);
	close(failure[1]);
	if (ptrace(PTRACE_SEIZE, pid, NULL, trace_options) != 0) {
		perror("oracle: cannot trace the program");
		kill(pid, SIGKILL);
		return -1;
	}
	if (write(go[1], &byte, 1) != 1 || read(failure[0], &byte, 1) == 1) {
		fprintf(stderr, "oracle: cannot run %s: %s\n", argv[0], strerror(byte));
		waitpid(pid, &status, __WALL);
		return -1;
	}
	close(go[0]);
	close(go[1]);
	close(failure[0]);
	return pid;
}

static void resume(struct thread *t, int signal)
{
	thread_prepare(t);
	t->injected_signal = signal;
	ptrace(PTRACE_SINGLESTEP, t->tid, NULL, signal);
}

static const char *end_text(int status, char *buffer, size_t size)
{
	if (WIFEXITED(status))
		snprintf(buffer, size, "%d", WEXITSTATUS(status));
	else
		snprintf(buffer, size, "signal %d", WTERMSIG(status));
	return buffer;
}

static void leave_process(struct thread *t)
{
	t->ended = true;
	for (int i = 0; i < thread_count; i++)
		if (!threads[i]->ended && threads[i]->process == t->process)
			return;
	process_free(t->process);
}

/* `E exit STATUS IP`: the ip of the instruction that was not completed (the fault, the exit call). */
static void ended(struct thread *t, int status)
{
	char text[32], place[PLACE_TEXT_SIZE];

	listing_event(&t->listing, "exit %s %s", end_text(status, text, sizeof text), place_text(t->at.place, place));
	leave_process(t);
}

/* execve from a thread that does not lead its process: the leader ends and the thread takes its id. */
static struct thread *exec_took_over(struct thread *leader)
{
	unsigned long former = 0;
	struct thread *t;

	ptrace(PTRACE_GETEVENTMSG, leader->tid, NULL, &former);
	t = find_thread((pid_t)former);
	if (!t || t == leader)
		return leader;
	t->tid = leader->tid;
	listing_event(&leader->listing, "replaced");
	leave_process(leader);
	return t;
}

static void begin(struct thread *t)
{
	t->started = true;
	thread_check_mode(t);
	thread_arrived(t, thread_ip(t));
	thread_prepare(t);
}

/* Returns true when the new program is on its way to its entry point. */
static bool executed(struct thread *t)
{
	process_replaced(t->process);
	if (t->started)
		thread_replaced(t, thread_ip(t));
	else /* the program that was asked for: its start is not an exec of its own */
		begin(t);
	t->trap_due = true;
	if (!from_entry || !entry_run_to(t))
		return false;
	t->trap_due = false;
	return true;
}

static void stopped_by_event(struct thread *t, int event, int signal)
{
	unsigned long id = 0;
	struct thread *child;

	switch (event) {
	case PTRACE_EVENT_CLONE:
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
		ptrace(PTRACE_GETEVENTMSG, t->tid, NULL, &id);
		child = find_thread((pid_t)id);
		if (!child)
			child = add_thread((pid_t)id);
		listing_event(&t->listing, "%s %d", child->leads_process ? "fork" : "thread", child->ordinal);
		break;
	case PTRACE_EVENT_EXEC:
		t = exec_took_over(t);
		if (executed(t))
			return;
		break;
	case PTRACE_EVENT_STOP:
		if (!t->started) {
			begin(t);
		} else if (signal != SIGTRAP) { /* stopped by job control: until SIGCONT */
			ptrace(PTRACE_LISTEN, t->tid, NULL, NULL);
			return;
		}
		break;
	default:
		break;
	}
	/* Not resume(): these stops are inside a system call, and its registers are no longer those before it. */
	ptrace(PTRACE_SINGLESTEP, t->tid, NULL, 0);
}

/* A signal on its way to the program. The instruction at the ip has not been executed, but a call may be left early. */
static void stopped_by_signal(struct thread *t, int signal)
{
	uint64_t ip = thread_ip(t);

	if (ip != t->ip && t->at.instruction.kind == KIND_SYSCALL && ip == t->at.instruction.next)
		t->trap_due = true;
	else if (ip != t->ip && ip != t->at.instruction.address)
		thread_unexplained_at(t, ip, "signal");
	thread_arrived(t, ip);
	resume(t, signal);
}

static void stopped_by_trap(struct thread *t)
{
	siginfo_t info;

	if (ptrace(PTRACE_GETSIGINFO, t->tid, NULL, &info) != 0)
		return; /* killed meanwhile: its end is reported next */
	if (info.si_code == CODE_HANDLER_ENTRY && t->injected_signal) {
		thread_entered_handler(t);
		resume(t, 0);
	} else if ((info.si_code == TRAP_TRACE || info.si_code == TRAP_BRKPT) && t->at.instruction.kind != KIND_INT1) {
		resume(t, thread_stepped(t));
	} else { /* int3, int1, raise(SIGTRAP) */
		thread_arrived(t, thread_ip(t));
		resume(t, SIGTRAP);
	}
}

static void stopped(pid_t tid, int status)
{
	struct thread *t = find_thread(tid);

	if (!t)
		t = add_thread(tid);
	if (status >> 16) {
		stopped_by_event(t, status >> 16, WSTOPSIG(status));
		return;
	}
	if (t->entry) {
		if (WSTOPSIG(status) == SIGTRAP && entry_reached(t))
			resume(t, 0);
		else
			ptrace(PTRACE_CONT, tid, NULL, WSTOPSIG(status));
		return;
	}
	thread_unprepare(t);
	if (WSTOPSIG(status) == SIGTRAP)
		stopped_by_trap(t);
	else
		stopped_by_signal(t, WSTOPSIG(status));
}

static void kill_all(void)
{
	for (int i = 0; i < thread_count; i++)
		if (!threads[i]->ended) {
			listing_event(&threads[i]->listing, "out-of-steps");
			kill(process_tgid(threads[i]->process), SIGKILL);
		}
}

static void write_listing(FILE *out, struct run_result *result)
{
	for (int i = 0; i < thread_count; i++) {
		struct thread *t = threads[i];

		result->branches += t->listing.branches;
		fprintf(out, "%s %d %d\n", t->leads_process ? "process" : "thread", t->ordinal, t->tid);
		listing_close(&t->listing, out);
		free(t);
	}
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

bool trace_program(char **argv, const struct run_limits *limits, FILE *out, struct run_result *result)
{
	double start_time;
	pid_t first, tid;
	int status;

	*result = (struct run_result){ 0 };
	from_entry = limits->from_entry;
	pin_to_this_cpu();
	first = start(argv);
	if (first < 0)
		return false;
	start_time = now();
	while ((tid = waitpid(-1, &status, __WALL)) > 0) {
		struct thread *t = find_thread(tid);

		if (WIFSTOPPED(status)) {
			stopped(tid, status);
		} else {
			if (t)
				ended(t, status);
			if (tid == first)
				result->wait_status = status;
		}
		if (limits->max_steps && thread_steps >= limits->max_steps && !result->out_of_steps) {
			result->out_of_steps = true;
			kill_all();
		}
	}
	result->nanoseconds = now() - start_time;
	result->steps = thread_steps;
	result->unexplained = thread_unexplained;
	write_listing(out, result);
	return true;
}
