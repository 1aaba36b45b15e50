/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * groups.c - alignctl review --group-by: who, from where, and why,
 * the most frequent first
 */
#include "tools/review/command.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/base/strbuf.h"
#include "lib/store/store_groups.h"
#include "tools/counted.h"
#include "tools/csv.h"
#include "tools/print.h"

#define WORDS_MAX 256

struct grouping {
	enum review_format format;
	enum store_group_key key;
	size_t count;
};

static void print_json(const struct grouping *grouping,
		       const struct store_group *group)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct json *object = json_new_object(mem);
	struct json *applied = json_new_object(mem);
	char time[CLOCK_TEXT];

	json_put_text(object, "group_by", store_group_key_text(grouping->key));
	review_put_or_null(object, "key", group->key);
	json_put_number(object, "count", group->count);
	json_put_text(object, "first", clock_text(group->first_s, time));
	json_put_text(object, "last", clock_text(group->last_s, time));
	json_put_number(object, "sources", group->sources);
	for (int i = 0; i < STORE_DISPOSITIONS; i++)
		json_put_number(applied, store_dispositions[i],
				group->applied[i]);
	json_put(object, "applied", applied);
	(void)printf("%s\n", json_text(mem, object));
	mem_free(mem);
}

static void print_csv_heading(const struct grouping *grouping)
{
	const char *const names[] = {
	    store_group_key_text(grouping->key),
	    "count",
	    "first",
	    "last",
	    "sources",
	    store_dispositions[0],
	    store_dispositions[1],
	    store_dispositions[2],
	    store_dispositions[3],
	    store_dispositions[4],
	    NULL,
	};

	tool_csv_heading(names);
}

static void print_csv(const struct store_group *group)
{
	struct tool_csv row = {0};
	char time[CLOCK_TEXT];

	tool_csv_text(&row, group->key);
	tool_csv_number(&row, group->count);
	tool_csv_text(&row, clock_text(group->first_s, time));
	tool_csv_text(&row, clock_text(group->last_s, time));
	tool_csv_number(&row, group->sources);
	for (int i = 0; i < STORE_DISPOSITIONS; i++)
		tool_csv_number(&row, group->applied[i]);
	tool_csv_end(&row);
}

static void print_heading(const struct grouping *grouping)
{
	(void)printf("%7s  %7s  %-20s  %-20s", "count", "sources", "first seen",
		     "last seen");
	for (int i = 0; i < STORE_DISPOSITIONS; i++)
		(void)printf("  %10s", store_dispositions[i]);
	(void)printf("  %s\n", store_group_key_text(grouping->key));
}

static void print_line(const struct store_group *group)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char first[CLOCK_TEXT];
	char last[CLOCK_TEXT];

	(void)printf("%7" PRId64 "  %7" PRId64 "  %s  %s", group->count,
		     group->sources, clock_text(group->first_s, first),
		     clock_text(group->last_s, last));
	for (int i = 0; i < STORE_DISPOSITIONS; i++)
		(void)printf("  %10" PRId64, group->applied[i]);
	(void)printf("  %s\n", tool_shown(mem, tool_or_dash(group->key)));
	mem_free(mem);
}

static bool on_group(void *context, const struct store_group *group)
{
	struct grouping *grouping = context;

	if (grouping->count++ == 0 && grouping->format == REVIEW_TEXT)
		print_heading(grouping);
	if (grouping->format == REVIEW_JSON)
		print_json(grouping, group);
	else if (grouping->format == REVIEW_CSV)
		print_csv(group);
	else
		print_line(group);
	return true;
}

static bool refuse_key(const char *text, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf words;

	strbuf_init(&words, mem, WORDS_MAX);
	for (int i = 0; i < STORE_GROUP_KEYS; i++)
		strbuf_printf(&words, "%s%s", i == 0 ? "" : ", ",
			      store_group_key_text((enum store_group_key)i));
	(void)error_set(err, ERROR_USAGE, "--group-by: \"%s\" (allowed: %s)",
			text_escape(mem, span_of(text), 40, true),
			strbuf_text(&words));
	mem_free(mem);
	return false;
}

bool review_groups(struct review *review, struct error *err)
{
	struct grouping grouping = {.format = review->format};
	const char *text = tool_value(review->tool, "--group-by");

	if (!store_group_key_parse(text, &grouping.key))
		return refuse_key(text, err);
	if (review->format == REVIEW_CSV)
		print_csv_heading(&grouping);
	if (!store_groups(review->reader, &review->filter, grouping.key,
			  on_group, &grouping, err))
		return false;
	if (grouping.count == 0)
		review_nothing(review);
	return review->format != REVIEW_TEXT ||
	       tool_counted_sum(review->reader, &review->filter, err);
}
