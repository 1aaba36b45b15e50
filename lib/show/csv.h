/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SHOW_CSV_H
#define SHOW_CSV_H

/*
 * csv - rows for spreadsheets (RFC 4180)
 *
 * Senders write some of what stands in the cells: what a spreadsheet would run
 * as a formula gets an apostrophe in front, also where one separates cells by
 * semicolons and takes what follows one for a cell; and what a terminal would
 * obey is escaped as for people (people.h). Line breaks stay, in quotes.
 */

#include <stdio.h>

#include "lib/show/value.h"

/* A row as it is written; its cells 0 before the first. */
struct csv_row {
	FILE *file;
	int cells;
};

void csv_add(struct csv_row *row, struct value value);

/* A text in quotes, whatever it is: what looks like a date stays as it is. */
void csv_add_quoted(struct csv_row *row, const char *text);

/* Ends the row; the next one may begin. */
void csv_end(struct csv_row *row);

#endif
