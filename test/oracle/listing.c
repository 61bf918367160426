/* SPDX-License-Identifier: MIT */
#include "listing.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

void listing_open(struct listing *l)
{
	*l = (struct listing){ 0 };
	l->stream = open_memstream(&l->text, &l->size);
	if (!l->stream)
		abort();
}

const char *place_text(struct place place, char buffer[static PLACE_TEXT_SIZE])
{
	if (module_is_own(place.module))
		snprintf(buffer, PLACE_TEXT_SIZE, "%s+0x%" PRIx64, module_name(place.module), place.offset);
	else
		snprintf(buffer, PLACE_TEXT_SIZE, "-");
	return buffer;
}

void listing_branch(struct listing *l, struct place from, struct place to)
{
	char a[PLACE_TEXT_SIZE], b[PLACE_TEXT_SIZE];

	l->branches++;
	if (module_is_own(from.module) || module_is_own(to.module))
		fprintf(l->stream, "B %s %s\n", place_text(from, a), place_text(to, b));
}

void listing_event(struct listing *l, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("E ", l->stream);
	vfprintf(l->stream, format, arguments);
	fputc('\n', l->stream);
	va_end(arguments);
}

void listing_close(struct listing *l, FILE *out)
{
	fclose(l->stream);
	fwrite(l->text, 1, l->size, out);
	free(l->text);
}
