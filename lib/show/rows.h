/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SHOW_ROWS_H
#define SHOW_ROWS_H

/*
 * rows - a table that is written row by row, however long it is
 *
 * In JSON each row is an object on a line of its own. For people a column is as
 * wide as its description says, and nothing is cut.
 */

#include "lib/show/table.h"

struct show_taker;

enum show_form { SHOW_TEXT, SHOW_JSON, SHOW_CSV };

struct rows {
	FILE *file;
	enum show_form form;
	const struct table_column *columns;
	/* Who gets the rows for people in place of the file (taker.h); NULL:
	 * nobody. */
	const struct show_taker *taker;
	size_t count;  /* so far */
	bool is_quiet; /* nothing is written where there is no row */
};

/* The titles of CSV are written at once, unless it is to be quiet; those for
 * people with the first row: where there is none, there is something better to
 * say. */
void rows_begin(struct rows *rows);

/* As many cells as there are columns (table.h). */
void rows_add(struct rows *rows, const struct value *cells, size_t count);

#endif
