/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lines.c - a file line by line, of which none is longer than is looked at
 * Tested by test_bounce.
 */
#include "lib/report/read/lines.h"

bool lines_next(struct lines *lines, struct span *line)
{
	bool is_rest;

	do {
		if (fgets(lines->bytes, sizeof lines->bytes, lines->file) ==
		    NULL)
			return false;
		*line = span_of(lines->bytes);
		is_rest = lines->is_begun;
		lines->is_begun =
		    line->length > 0 && line->data[line->length - 1] != '\n';
	} while (is_rest);
	return true;
}
