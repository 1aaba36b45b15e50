/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * questions.c - what DNS was asked, and its answers, for people
 * Tested by test_show.
 */
#include "lib/show/questions.h"

#include <string.h>

#include "lib/show/people.h"

#define NAME_COLUMNS_MAX 50
#define RECORD_COLUMN 12

static int widest_name(TALLOC_CTX *mem, const struct json *questions)
{
	size_t widest = 0;

	for (size_t i = 0; i < json_count(questions); i++) {
		struct json *question = json_item(mem, questions, i);
		const char *name = json_get_text(question, "name");
		size_t length = strlen(people_or_dash(name));
		if (length > widest && length <= NAME_COLUMNS_MAX)
			widest = length;
	}
	return (int)widest;
}

static const char *answer_text(TALLOC_CTX *mem, const struct json *question,
			       size_t count)
{
	const char *status = json_get_text(question, "status");
	const char *security = json_get_text(question, "dnssec");
	const char *signed_text =
	    security == NULL ? "" : mem_printf(mem, ", DNSSEC %s", security);

	if (count == 0)
		return mem_printf(mem, "%s%s", people_or_dash(status),
				  signed_text);
	return mem_printf(mem, "%s, %zu record%s, ttl %lld s%s",
			  people_or_dash(status), count, count == 1 ? "" : "s",
			  (long long)json_get_number(question, "ttl", 0),
			  signed_text);
}

void show_questions(struct show *show, const struct json *questions)
{
	TALLOC_CTX *mem = mem_context(NULL);
	int width = widest_name(mem, questions);

	for (size_t i = 0; i < json_count(questions); i++) {
		struct json *question = json_item(mem, questions, i);
		struct json *records = json_get(mem, question, "records");
		size_t count = json_count(records);
		show_line(show, "    %-4s  %-*s  %s",
			  people_or_dash(json_get_text(question, "type")),
			  width,
			  people_or_dash(json_get_text(question, "name")),
			  answer_text(mem, question, count));
		for (size_t k = 0; k < count; k++)
			show_sentence(
			    show, RECORD_COLUMN,
			    people_or_dash(json_item_text(records, k)));
	}
	mem_free(mem);
}
