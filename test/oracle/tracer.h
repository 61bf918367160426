/* SPDX-License-Identifier: MIT */
#ifndef ORACLE_TRACER_H
#define ORACLE_TRACER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct run_limits {
	uint64_t max_steps; /* 0: no limit */
	bool from_entry;    /* the dynamic loader runs untraced, also after execve: see entry.h */
};

struct run_result {
	uint64_t steps, branches, unexplained;
	double nanoseconds;
	bool out_of_steps; /* max_steps was reached and everything was killed */
	int wait_status;   /* of the first process, as waitpid(2) gives it */
};

/*
 * Runs argv under single-step and writes the listing of every thread to `out`. Returns false (with a message printed)
 * when the program cannot be started.
 */
bool trace_program(char **argv, const struct run_limits *limits, FILE *out, struct run_result *result);

#endif
