/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * csv.c - rows for spreadsheets (RFC 4180)
 * Tested by test_show.
 */
#include "lib/show/csv.h"

#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/base/text.h"
#include "lib/show/people.h"

#define ESCAPED 4 /* bytes that escape one: \x1b */

/* The bytes of the line break at the front of the text, 0 to 2. */
static size_t break_length(const char *text)
{
	if (text[0] == '\r' && text[1] == '\n')
		return 2;
	return text[0] == '\n';
}

/* Each line as a terminal may show it; its breaks stay. */
static const char *clean(TALLOC_CTX *mem, const char *text)
{
	struct strbuf lines;

	if (text_is_line(span_of(text)))
		return text;
	strbuf_init(&lines, mem, ESCAPED * strlen(text));
	while (*text != '\0') {
		size_t length = 0;
		while (text[length] != '\0' && break_length(&text[length]) == 0)
			length++;
		strbuf_add_text(
		    &lines, people_clean(mem, mem_strndup(mem, text, length)));
		text += length;
		strbuf_add(&lines, text, break_length(text));
		text += break_length(text);
	}
	return strbuf_text(&lines);
}

/* "=HYPERLINK(...)", "+1", "-1", "@SUM": what programs take for formulas. */
static bool is_formula(const char *text)
{
	return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

/* A program that separates cells by ";" sees no quotes in the midst of what it
 * takes for a cell: for it one begins behind each, and on each line, and may
 * begin with a quoted nothing. A tab is escaped. */
static bool begins_formula(const char *text, const char *at)
{
	const char *cell = at;

	while (cell > text && cell[-1] == '"')
		cell--;
	if (cell == text)
		return is_formula(at);
	return (cell[-1] == ';' || cell[-1] == '\n') && *at != '\r' &&
	       is_formula(at);
}

static void write_quoted(FILE *file, const char *text)
{
	(void)putc('"', file);
	for (const char *at = text; *at != '\0'; at++) {
		if (begins_formula(text, at))
			(void)putc('\'', file);
		if (*at == '"')
			(void)putc('"', file);
		(void)putc(*at, file);
	}
	(void)putc('"', file);
}

static void begin_cell(struct csv_row *row)
{
	if (row->cells++ > 0)
		(void)putc(',', row->file);
}

static void write_text(FILE *file, const char *text)
{
	if (is_formula(text) || strpbrk(text, ",;\"\r\n") != NULL)
		write_quoted(file, text);
	else
		(void)fputs(text, file);
}

void csv_add_quoted(struct csv_row *row, const char *text)
{
	TALLOC_CTX *mem = mem_context(NULL);

	begin_cell(row);
	write_quoted(row->file, clean(mem, text));
	mem_free(mem);
}

void csv_add(struct csv_row *row, struct value value)
{
	TALLOC_CTX *mem = mem_context(NULL);

	begin_cell(row);
	value.words = NULL;
	if (value.kind == VALUE_NUMBER) /* -1 is no formula */
		(void)fputs(value_shown(mem, value), row->file);
	else if (!value_is_silent(value))
		write_text(row->file, clean(mem, value_shown(mem, value)));
	mem_free(mem);
}

void csv_end(struct csv_row *row)
{
	(void)fputs("\r\n", row->file);
	row->cells = 0;
}
