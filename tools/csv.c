/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * csv.c - rows for spreadsheets on standard output (RFC 4180)
 * Tested by test_alignctl_stats.
 */
#include "tools/csv.h"

#include <stdio.h>

#include "lib/show/csv.h"

static void add(struct tool_csv *row, struct value value)
{
	struct csv_row next = {.file = stdout, .cells = row->cells};

	csv_add(&next, value);
	row->cells = next.cells;
}

void tool_csv_text(struct tool_csv *row, const char *text)
{
	add(row, value_text(text));
}

void tool_csv_number(struct tool_csv *row, int64_t number)
{
	add(row, value_number(number));
}

void tool_csv_end(struct tool_csv *row)
{
	(void)fputs("\r\n", stdout);
	row->cells = 0;
}

void tool_csv_heading(const char *const *names)
{
	struct tool_csv row = {0};

	for (; *names != NULL; names++)
		tool_csv_text(&row, *names);
	tool_csv_end(&row);
}
