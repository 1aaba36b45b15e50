/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_CSV_H
#define TOOLS_CSV_H

/*
 * csv - rows for spreadsheets on standard output (RFC 4180)
 *
 * Senders write some of what stands in the cells: one that a spreadsheet would
 * run as a formula gets an apostrophe in front.
 */

#include <stdint.h>

/* A row as it is printed; all zero before its first cell. */
struct tool_csv {
	int cells;
};

void tool_csv_text(struct tool_csv *row, const char *text);
void tool_csv_number(struct tool_csv *row, int64_t number);

/* Ends the row; the next one may begin. */
void tool_csv_end(struct tool_csv *row);

/* A whole row of texts; NULL ends the list. */
void tool_csv_heading(const char *const *names);

#endif
