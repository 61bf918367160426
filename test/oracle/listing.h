/* SPDX-License-Identifier: MIT */
/* What one thread did, as text lines, kept until the end so that the threads come out one after another. */
#ifndef ORACLE_LISTING_H
#define ORACLE_LISTING_H

#include <stdint.h>
#include <stdio.h>

#include "process.h"

enum { PLACE_TEXT_SIZE = 320 };

struct listing {
	FILE *stream;
	char *text;
	size_t size;
	uint64_t branches; /* executed, printed or not */
};

void listing_open(struct listing *l);

/* `B from to`; an end outside the own modules is `-`, and with both outside nothing is printed. */
void listing_branch(struct listing *l, struct place from, struct place to);

/* `E …`: always printed. */
__attribute__((format(printf, 2, 3))) void listing_event(struct listing *l, const char *format, ...);

/* name+0xoffset, or `-` outside the own modules. Returns `buffer`. */
const char *place_text(struct place place, char buffer[static PLACE_TEXT_SIZE]);

/* Writes the lines out and frees them. */
void listing_close(struct listing *l, FILE *out);

#endif
