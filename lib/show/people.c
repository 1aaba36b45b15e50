/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * people.c - lines that a terminal shows whole
 * Tested by test_show.
 */
#include "lib/show/people.h"

#include <string.h>

#include "lib/base/text.h"

#define VALUE_COLUMN 17 /* "author domain" and some air */

const char *people_clean(TALLOC_CTX *mem, const char *text)
{
	return text_is_line(span_of(text)) ? text : text_printable(mem, text);
}

const char *people_or_dash(const char *text)
{
	return text == NULL || text[0] == '\0' ? "-" : text;
}

/* How much of the text fits: up to its last blank within `width`. A word that
 * is longer than a line stays whole, since people copy it. */
static size_t line_length(const char *text, size_t width)
{
	size_t length = strlen(text);
	size_t at = width;

	if (length <= width)
		return length;
	while (at > 0 && text[at] != ' ')
		at--;
	return at > 0 ? at : strcspn(text, " ");
}

void people_wrapped(FILE *file, const char *text, int column, int columns)
{
	size_t width = (size_t)(columns - column);
	size_t length = line_length(text, width);

	(void)fprintf(file, "%.*s\n", (int)length, text);
	for (text += length; *text != '\0'; text += length) {
		text += *text == ' ' ? 1 : 0;
		length = line_length(text, width);
		(void)fprintf(file, "%*s%.*s\n", column, "", (int)length, text);
	}
}

static void write_clean(FILE *file, const char *text, int column, int columns)
{
	TALLOC_CTX *mem = mem_context(NULL);

	people_wrapped(file, people_clean(mem, text), column, columns);
	mem_free(mem);
}

void people_line(FILE *file, const char *text)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)fprintf(file, "%s\n", people_clean(mem, text));
	mem_free(mem);
}

void people_member(FILE *file, const char *label, const char *value)
{
	/* A label that fills its column still ends before the value. */
	int width = fprintf(file, "  %-*s ", VALUE_COLUMN - 3, label);

	write_clean(file, value, width < VALUE_COLUMN ? VALUE_COLUMN : width,
		    PEOPLE_COLUMNS);
}

void people_sentence(FILE *file, int column, const char *text)
{
	(void)fprintf(file, "%*s", column, "");
	write_clean(file, text, column, PEOPLE_COLUMNS);
}
