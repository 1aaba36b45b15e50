/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lines.c - a file line by line, of which none is longer than is looked at
 * Tested by test_bounce.
 */
#include "lib/report/read/lines.h"

/* Not fgets(3), which does not tell where a line with a NUL in it ends. */
static struct span read_piece(struct lines *lines)
{
	size_t length = 0;
	int c = 0;

	while (c != '\n' && length < sizeof lines->bytes - 1 &&
	       (c = getc(lines->file)) != EOF)
		lines->bytes[length++] = (char)c;
	lines->bytes[length] = '\0';
	return span_make(lines->bytes, ferror(lines->file) ? 0 : length);
}

bool lines_next(struct lines *lines, struct span *line)
{
	bool is_rest;

	do {
		*line = read_piece(lines);
		if (line->length == 0)
			return false;
		is_rest = lines->is_begun;
		lines->is_begun = line->data[line->length - 1] != '\n';
	} while (is_rest);
	return true;
}

struct span lines_unfold(struct span line, struct span *rest)
{
	while (rest->length > 0 &&
	       (rest->data[0] == ' ' || rest->data[0] == '\t')) {
		struct span more;
		(void)span_cut(*rest, '\n', &more, rest);
		line = span_make(line.data,
				 (size_t)(more.data - line.data) + more.length);
	}
	return line;
}
