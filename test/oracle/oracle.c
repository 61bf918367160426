/* SPDX-License-Identifier: MIT */
/*
 * The oracle: runs a program one instruction at a time under ptrace and writes every branch of every thread. It is the
 * independent judge of the recorders: it shares no code with them, takes instruction lengths and kinds from a
 * disassembler library and the control flow from the CPU. README.md describes the listing.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "module.h"
#include "tracer.h"

enum { EXIT_FAILED = 1, EXIT_UNEXPLAINED = 2, EXIT_OUT_OF_STEPS = 3 };

static int usage(void)
{
	fprintf(stderr, "usage: oracle [-o FILE] [--own NAME[,NAME...]] [--from-entry] [--max-steps N] [--] PROGRAM [ARGUMENT...]\n");
	return EXIT_FAILED;
}

static void report(const struct run_result *r)
{
	bool exited = WIFEXITED(r->wait_status);

	fprintf(stderr, "oracle: %" PRIu64 " steps, %" PRIu64 " branches, %" PRIu64 " unexplained, %.0f ns/step, %s %d%s\n", r->steps,
		r->branches, r->unexplained, r->steps ? r->nanoseconds / (double)r->steps : 0, exited ? "exit" : "signal",
		exited ? WEXITSTATUS(r->wait_status) : WTERMSIG(r->wait_status), r->out_of_steps ? " (out of steps)" : "");
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "own", required_argument, NULL, 'w' },
		{ "from-entry", no_argument, NULL, 'e' },
		{ "max-steps", required_argument, NULL, 'm' },
		{ "output", required_argument, NULL, 'o' },
		{ 0 },
	};
	struct run_limits limits = { 0 };
	struct run_result result;
	FILE *out = stdout;
	char *end;
	int option;

	while ((option = getopt_long(argc, argv, "+o:", options, NULL)) != -1) {
		switch (option) {
		case 'w':
			module_own_only(optarg);
			break;
		case 'e':
			limits.from_entry = true;
			break;
		case 'm':
			limits.max_steps = strtoull(optarg, &end, 10);
			if (*end || end == optarg)
				return usage();
			break;
		case 'o':
			out = fopen(optarg, "we");
			if (!out) {
				perror(optarg);
				return EXIT_FAILED;
			}
			break;
		default:
			return usage();
		}
	}
	if (optind >= argc)
		return usage();
	if (!trace_program(argv + optind, &limits, out, &result))
		return EXIT_FAILED;
	if (fclose(out) != 0) {
		perror("oracle: cannot write the listing");
		return EXIT_FAILED;
	}
	report(&result);
	if (result.unexplained)
		return EXIT_UNEXPLAINED;
	return result.out_of_steps ? EXIT_OUT_OF_STEPS : 0;
}
