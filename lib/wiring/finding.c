/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * finding.c - what was seen of a set-up, as plain data
 * Tested by test_alignctl_doctor.
 */
#include "lib/wiring/finding.h"

#include <stdarg.h>

#define SHOWN_MAX 200

struct finding_list *finding_list_new(TALLOC_CTX *mem)
{
	struct finding_list *list = mem_new(mem, struct finding_list);

	*list = (struct finding_list){.mem = list, .where = ""};
	return list;
}

static void add(struct finding_list *list, struct finding finding,
		const char *format, va_list args)
{
	list->items =
	    mem_resize(list->mem, list->items, struct finding, list->count + 1);
	finding.where = list->where;
	finding.found = mem_vprintf(list->mem, format, args);
	if (finding.fix != NULL)
		finding.fix = mem_strdup(list->mem, finding.fix);
	list->items[list->count++] = finding;
}

void finding_ok(struct finding_list *list, const char *rule, const char *format,
		...)
{
	va_list args;

	va_start(args, format);
	add(list, (struct finding){.severity = FINDING_OK, .rule = rule},
	    format, args);
	va_end(args);
}

void finding_note(struct finding_list *list, const char *rule,
		  const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(list, (struct finding){.severity = FINDING_NOTE, .rule = rule},
	    format, args);
	va_end(args);
}

void finding_warn(struct finding_list *list, const char *rule, const char *fix,
		  const char *format, ...)
{
	const struct finding finding = {
	    .severity = FINDING_WARNING, .rule = rule, .fix = fix};
	va_list args;

	va_start(args, format);
	add(list, finding, format, args);
	va_end(args);
}

void finding_problem(struct finding_list *list, enum error_kind kind,
		     const char *rule, const char *fix, const char *format, ...)
{
	const struct finding finding = {.severity = FINDING_PROBLEM,
					.rule = rule,
					.fix = fix,
					.kind = kind};
	va_list args;

	va_start(args, format);
	add(list, finding, format, args);
	va_end(args);
}

const char *finding_shown(const struct finding_list *list, const char *text)
{
	return text_escape(list->mem, span_of(text), SHOWN_MAX, true);
}

size_t finding_count(const struct finding_list *list,
		     enum finding_severity severity)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += list->items[i].severity == severity;
	return count;
}

enum error_kind finding_list_kind(const struct finding_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].severity == FINDING_PROBLEM)
			return list->items[i].kind;
	}
	return ERROR_NONE;
}
