/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * print.c - results for people, on standard output
 * Tested by test_alignctl_review.
 */
#include "tools/print.h"

#include <stdarg.h>
#include <stdio.h>

#include "lib/show/people.h"
#include "lib/show/questions.h"

const char *tool_or_dash(const char *text)
{
	return people_or_dash(text);
}

const char *tool_shown(TALLOC_CTX *mem, const char *text)
{
	return people_clean(mem, text);
}

void tool_print_wrapped(const char *text, int column, int columns)
{
	people_wrapped(stdout, text, column, columns);
}

void tool_print_member(const char *label, const char *value)
{
	people_member(stdout, label, value);
}

void tool_print_sentence(const char *text, int column)
{
	people_sentence(stdout, column, text);
}

void tool_print_words(TALLOC_CTX *mem, const char *label, const char *format,
		      ...)
{
	va_list args;

	va_start(args, format);
	tool_print_member(label, mem_vprintf(mem, format, args));
	va_end(args);
}

void tool_print_questions(TALLOC_CTX *mem, const struct json *questions)
{
	struct show *show = show_new(mem);

	show_questions(show, questions);
	show_write(stdout, SHOW_TEXT, show);
}
