/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * body_length.c - how long a body is once canonicalised
 *
 * RFC 6376 3.4.3 (simple): empty lines at the end go; an empty body is CRLF.
 * 3.4.4 (relaxed): blanks become one, those at the end of a line go as well;
 * an empty body is empty.
 */
#include "lib/auth/body_length.h"

static void put(struct body_length *length, char c)
{
	length->simple.line++;
	if (c == ' ' || c == '\t') {
		length->has_blank = true;
		return;
	}
	length->relaxed.line += length->has_blank ? 2 : 1;
	length->has_blank = false;
}

static void end_line(struct body_count *count)
{
	if (count->line == 0) {
		count->empty += 2;
		return;
	}
	count->total += count->empty + count->line + 2;
	count->empty = 0;
	count->line = 0;
}

static void end_both(struct body_length *length)
{
	end_line(&length->simple);
	end_line(&length->relaxed);
	length->has_blank = false;
}

void body_length_add(struct body_length *length, struct span chunk)
{
	for (size_t i = 0; i < chunk.length; i++) {
		char c = chunk.data[i];
		if (length->has_cr && c == '\n') {
			length->has_cr = false;
			end_both(length);
			continue;
		}
		if (length->has_cr)
			put(length, '\r');
		length->has_cr = c == '\r';
		if (!length->has_cr)
			put(length, c);
	}
}

void body_length_finish(struct body_length *length)
{
	if (length->has_cr)
		put(length, '\r');
	length->has_cr = false;
	/* A last line without CRLF is given one. */
	if (length->simple.line > 0)
		end_both(length);
	if (length->simple.total == 0)
		length->simple.total = 2;
}
