/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * counted.c - incidents that were only counted, for people and programs
 * Tested by test_alignctl_stats.
 */
#include "tools/counted.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/base/json.h"
#include "lib/base/strbuf.h"
#include "lib/store/store_counted.h"
#include "tools/print.h"

#define ROWS_SHOWN 20 /* of a list for people, unless --limit says more */
#define HOUR_S 3600
#define WORDS_MAX 200

struct telling {
	bool is_json;
	size_t count;
	size_t limit; /* 0: none */
	size_t further;
	int64_t messages;
};

/* "4800 reject, 12 none" */
static const char *applied_words(TALLOC_CTX *mem,
				 const struct store_counted *counted)
{
	struct strbuf words;

	strbuf_init(&words, mem, WORDS_MAX);
	for (int i = 0; i < STORE_DISPOSITIONS; i++) {
		if (counted->applied[i] == 0)
			continue;
		strbuf_printf(&words, "%s%" PRId64 " %s",
			      words.length == 0 ? "" : ", ",
			      counted->applied[i], store_dispositions[i]);
	}
	return strbuf_text(&words);
}

/* "of example.test from 192.0.2.0/24" */
static const char *pair_words(TALLOC_CTX *mem,
			      const struct store_counted *counted)
{
	bool has_author = counted->author_domain[0] != '\0';
	bool has_network = counted->network[0] != '\0';

	return mem_printf(mem, "of %s from %s",
			  has_author ? tool_shown(mem, counted->author_domain)
				     : "several or no author domains",
			  has_network ? tool_shown(mem, counted->network)
				      : "several networks");
}

/* --- for programs --- */

static void put_or_null(struct json *object, const char *key, const char *text)
{
	json_put_text(object, key, text[0] == '\0' ? NULL : text);
}

static void print_json(const struct store_counted *counted)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct json *object = json_new_object(mem);
	struct json *row = json_new_object(mem);
	struct json *applied = json_new_object(mem);
	char time[CLOCK_TEXT];

	for (int i = 0; i < STORE_DISPOSITIONS; i++)
		json_put_number(applied, store_dispositions[i],
				counted->applied[i]);
	put_or_null(row, "network", counted->network);
	put_or_null(row, "author_domain", counted->author_domain);
	json_put_number(row, "budget", counted->budget);
	json_put_number(row, "messages", counted->messages);
	json_put_text(row, "first", clock_text(counted->first_s, time));
	json_put_text(row, "last", clock_text(counted->last_s, time));
	json_put(row, "applied", applied);
	json_put_text(object, "reference", counted->reference);
	json_put_text(object, "time", clock_text(counted->hour_s, time));
	json_put(object, "counted", row);
	(void)printf("%s\n", json_text(mem, object));
	mem_free(mem);
}

/* --- for people --- */

static void print_line(const struct store_counted *counted)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char time[CLOCK_TEXT];

	(void)printf("%-9s  %s  and %" PRId64 " more %s in that hour were only "
		     "counted (%s)\n",
		     tool_shown(mem, counted->reference),
		     clock_text(counted->hour_s, time), counted->messages,
		     pair_words(mem, counted), applied_words(mem, counted));
	mem_free(mem);
}

static void print_whole(const struct store_counted *counted)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char from[CLOCK_TEXT];
	char until[CLOCK_TEXT];

	(void)printf("%s, one of %" PRId64
		     " incidents that were only counted\n",
		     tool_shown(mem, counted->reference), counted->messages);
	tool_print_sentence(
	    mem_printf(mem,
		       "From %s to %s mail %s made more incidents than are "
		       "kept. The budget of such a pair was %" PRId64
		       " an hour (store.incidents_per_pair), that of a network "
		       "or organization %d times as much, and there is one of "
		       "bytes for all.",
		       clock_text(counted->hour_s, from),
		       clock_text(counted->hour_s + HOUR_S, until),
		       pair_words(mem, counted), counted->budget,
		       STORE_BUDGET_SHARE),
	    3);
	tool_print_sentence(
	    mem_printf(mem,
		       "Those further ones were counted, the first at %s, the "
		       "last at %s: %s. All of them were answered with this "
		       "reference. What was found about each is in alignd's "
		       "log, in the lines with ref=%s; what was kept of the "
		       "pair shows alignctl review.",
		       clock_text(counted->first_s, from),
		       clock_text(counted->last_s, until),
		       applied_words(mem, counted),
		       tool_shown(mem, counted->reference)),
	    3);
	mem_free(mem);
}

/* --- */

static bool tell_one(void *context, const struct store_counted *counted)
{
	struct telling *telling = context;

	telling->count++;
	if (telling->is_json)
		print_json(counted);
	else
		print_whole(counted);
	return true;
}

bool tool_counted_tell(struct store_reader *reader, const char *reference,
		       bool is_json, bool *is_found, struct error *err)
{
	const struct store_filter filter = {.reference = reference};
	struct telling telling = {.is_json = is_json};

	if (!store_counted(reader, &filter, tell_one, &telling, err))
		return false;
	*is_found = telling.count > 0;
	return true;
}

static bool list_one(void *context, const struct store_counted *counted)
{
	struct telling *telling = context;

	if (telling->limit > 0 && telling->count >= telling->limit) {
		telling->further++;
		return true;
	}
	telling->count++;
	if (telling->is_json)
		print_json(counted);
	else
		print_line(counted);
	return true;
}

bool tool_counted_list(struct store_reader *reader,
		       const struct store_filter *filter, bool is_json,
		       size_t *count, struct error *err)
{
	struct telling telling = {
	    .is_json = is_json,
	    .limit = filter->limit > 0 ? (size_t)filter->limit
		     : is_json	       ? 0
				       : ROWS_SHOWN,
	};

	if (!store_counted(reader, filter, list_one, &telling, err))
		return false;
	if (!is_json && telling.further > 0)
		(void)printf("and %zu further such rows (--limit, --since)\n",
			     telling.further);
	*count = telling.count;
	return true;
}

static bool sum_one(void *context, const struct store_counted *counted)
{
	((struct telling *)context)->messages += counted->messages;
	return true;
}

bool tool_counted_sum(struct store_reader *reader,
		      const struct store_filter *filter, struct error *err)
{
	struct telling telling = {.messages = 0};

	if (!store_counted(reader, filter, sum_one, &telling, err))
		return false;
	if (telling.messages > 0)
		(void)printf("and up to %" PRId64 " more, which were only "
			     "counted (store.incidents_per_pair): alignctl "
			     "review lists them\n",
			     telling.messages);
	return true;
}
