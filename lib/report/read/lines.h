/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_READ_LINES_H
#define REPORT_READ_LINES_H

/*
 * lines - a file line by line, of which none is longer than is looked at
 */

#include <stdbool.h>
#include <stdio.h>

#include "lib/base/limits.h"
#include "lib/base/text.h"

/* Start from {.file = FILE}. */
struct lines {
	FILE *file;
	bool is_begun; /* the rest of a longer line comes next */
	char bytes[LIMIT_BOUNCE_LINE_BYTES];
};

/* The next line with its end, until the next call, with a NUL behind it; of one
 * that is longer than LIMIT_BOUNCE_LINE_BYTES its begin. False at the end, or
 * when the file cannot be read (ferror). */
bool lines_next(struct lines *lines, struct span *line);

/* Of a header in memory (RFC 5322 2.2.3): the line with those at the beginning
 * of `rest` that continue it, which `rest` then lies behind. */
struct span lines_unfold(struct span line, struct span *rest);

#endif
