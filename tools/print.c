/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * print.c - results for people, on standard output
 * Tested by test_alignctl_review.
 */
#include "tools/print.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/show/people.h"

#define NAME_COLUMNS_MAX 50

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

static int widest_name(TALLOC_CTX *mem, const struct json *questions)
{
	size_t widest = 0;

	for (size_t i = 0; i < json_count(questions); i++) {
		struct json *question = json_item(mem, questions, i);
		const char *name = json_get_text(question, "name");
		size_t length = strlen(tool_or_dash(name));
		if (length > widest && length <= NAME_COLUMNS_MAX)
			widest = length;
	}
	return (int)widest;
}

static const char *answer_text(TALLOC_CTX *mem, const struct json *question,
			       size_t count)
{
	const char *status = json_get_text(question, "status");

	if (count == 0)
		return tool_or_dash(status);
	return mem_printf(mem, "%s, %zu record%s, ttl %lld s",
			  tool_or_dash(status), count, count == 1 ? "" : "s",
			  (long long)json_get_number(question, "ttl", 0));
}

static void print_question(TALLOC_CTX *mem, const struct json *question,
			   int name_width)
{
	struct json *records = json_get(mem, question, "records");
	size_t count = records == NULL ? 0 : json_count(records);

	(void)printf("    %-4s  %-*s  %s\n",
		     tool_or_dash(json_get_text(question, "type")), name_width,
		     tool_or_dash(json_get_text(question, "name")),
		     answer_text(mem, question, count));
	for (size_t i = 0; i < count; i++) {
		(void)printf("            ");
		tool_print_wrapped(tool_or_dash(json_item_text(records, i)), 12,
				   PEOPLE_COLUMNS);
	}
}

void tool_print_questions(TALLOC_CTX *mem, const struct json *questions)
{
	int width = widest_name(mem, questions);

	for (size_t i = 0; i < json_count(questions); i++)
		print_question(mem, json_item(mem, questions, i), width);
}

void tool_print_field(const char *name, const char *value)
{
	(void)printf("  %s:", name);
	for (; *value != '\0'; value++)
		(void)printf(*value == '\t' ? "      " : "%c", *value);
	(void)printf("\n");
}
