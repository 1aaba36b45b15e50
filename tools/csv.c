/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * csv.c - rows for spreadsheets on standard output (RFC 4180)
 * Tested by test_alignctl_stats.
 */
#include "tools/csv.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void begin_cell(struct tool_csv *row)
{
	if (row->cells++ > 0)
		(void)putchar(',');
}

/* "=HYPERLINK(...)", "+1", "-1", "@SUM": what programs take for formulas. */
static bool is_formula(const char *text)
{
	return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

/* `before` stands within the quotes. */
static void print_quoted(const char *before, const char *text)
{
	(void)printf("\"%s", before);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			(void)putchar('"');
		(void)putchar(*text);
	}
	(void)putchar('"');
}

void tool_csv_text(struct tool_csv *row, const char *text)
{
	begin_cell(row);
	if (is_formula(text))
		print_quoted("'", text);
	else if (strpbrk(text, ",\"\r\n") != NULL)
		print_quoted("", text);
	else
		(void)fputs(text, stdout);
}

void tool_csv_number(struct tool_csv *row, int64_t number)
{
	begin_cell(row);
	(void)printf("%" PRId64, number);
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
