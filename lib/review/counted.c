/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * counted.c - incidents that were only counted, for people and programs
 * Tested by test_alignctl_stats.
 */
#include "lib/review/counted.h"

#include <inttypes.h>

#include "lib/base/clock.h"
#include "lib/base/strbuf.h"
#include "lib/show/people.h"
#include "lib/store/store_counted.h"

#define ROWS_SHOWN 20 /* of a list for people, unless --limit says more */
#define WORDS_MAX 200
#define SENTENCE_COLUMN 3

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
			  has_author ? people_clean(mem, counted->author_domain)
				     : "several or no author domains",
			  has_network ? people_clean(mem, counted->network)
				      : "several networks");
}

static void put_row(struct show *show, const struct store_counted *counted)
{
	struct show *row;

	show_data(show, "reference", value_text(counted->reference));
	show_data(show, "time", value_time(counted->hour_s));
	row = show_object(show, "counted");
	show_data(row, "network", value_given(counted->network));
	show_data(row, "author_domain", value_given(counted->author_domain));
	show_data(row, "budget", value_number(counted->budget));
	show_data(row, "messages", value_number(counted->messages));
	show_data(row, "first", value_time(counted->first_s));
	show_data(row, "last", value_time(counted->last_s));
	struct show *applied = show_object(row, "applied");
	for (int i = 0; i < STORE_DISPOSITIONS; i++)
		show_data(applied, store_dispositions[i],
			  value_number(counted->applied[i]));
}

static struct show *show_line_of(TALLOC_CTX *mem,
				 const struct store_counted *counted)
{
	struct show *show = show_new(mem);
	char time[CLOCK_TEXT];

	put_row(show, counted);
	show_line(show,
		  "%-9s  %s  and %" PRId64 " more %s in that hour were only "
		  "counted (%s)",
		  counted->reference, clock_text(counted->hour_s, time),
		  counted->messages, pair_words(mem, counted),
		  applied_words(mem, counted));
	return show;
}

static struct show *show_whole(TALLOC_CTX *mem,
			       const struct store_counted *counted)
{
	struct show *show = show_new(mem);
	char from[CLOCK_TEXT];
	char until[CLOCK_TEXT];

	put_row(show, counted);
	show_line(show,
		  "%s, one of %" PRId64 " incidents that were only counted",
		  counted->reference, counted->messages);
	show_sentence(
	    show, SENTENCE_COLUMN,
	    mem_printf(mem,
		       "From %s to %s mail %s made more incidents than are "
		       "kept. The budget of such a pair was %" PRId64
		       " an hour (store.incidents_per_pair), that of a network "
		       "or organization %d times as much, and there is one of "
		       "bytes for all.",
		       clock_text(counted->hour_s, from),
		       clock_text(counted->hour_s + STORE_HOUR_S, until),
		       pair_words(mem, counted), counted->budget,
		       STORE_BUDGET_SHARE));
	show_sentence(
	    show, SENTENCE_COLUMN,
	    mem_printf(mem,
		       "Those further ones were counted, the first at %s, the "
		       "last at %s: %s. All of them were answered with this "
		       "reference. What was found about each is in alignd's "
		       "log, in the lines with ref=%s; what was kept of the "
		       "pair shows alignctl review.",
		       clock_text(counted->first_s, from),
		       clock_text(counted->last_s, until),
		       applied_words(mem, counted), counted->reference));
	return show;
}

/* --- */

struct telling {
	const struct review_reading *reading;
	struct show *(*show)(TALLOC_CTX *mem,
			     const struct store_counted *counted);
	size_t limit;
	size_t count;
	size_t further;
};

static bool tell_one(void *context, const struct store_counted *counted)
{
	struct telling *telling = context;

	if (telling->count >= telling->limit) {
		telling->further++;
		return true;
	}
	telling->count++;
	TALLOC_CTX *mem = mem_context(NULL);
	show_give(telling->reading->taker, telling->reading->file,
		  telling->reading->form, telling->show(mem, counted));
	mem_free(mem);
	return true;
}

bool review_counted_tell(const struct review_reading *reading, bool *is_found,
			 struct error *err)
{
	const struct store_filter filter = {.reference =
						reading->filter.reference};
	struct telling telling = {
	    .reading = reading, .show = show_whole, .limit = SIZE_MAX};

	if (!reading->has_scope &&
	    !store_counted(reading->reader, &filter, tell_one, &telling, err))
		return false;
	*is_found = telling.count > 0;
	return true;
}

bool review_counted_list(const struct review_reading *reading, size_t *count,
			 struct error *err)
{
	long wanted = reading->filter.limit;
	struct telling telling = {
	    .reading = reading,
	    .show = show_line_of,
	    .limit = wanted > 0			  ? (size_t)wanted
		     : reading->form == SHOW_JSON ? SIZE_MAX
						  : ROWS_SHOWN,
	};

	if (!reading->has_scope &&
	    !store_counted(reading->reader, &reading->filter, tell_one,
			   &telling, err))
		return false;
	if (reading->form != SHOW_JSON && telling.further > 0)
		show_give_line(reading->taker, reading->file,
			       "and %zu further such rows (--limit, --since)",
			       telling.further);
	*count = telling.count;
	return true;
}

static bool add_messages(void *context, const struct store_counted *counted)
{
	*(int64_t *)context += counted->messages;
	return true;
}

bool review_counted_sum(const struct review_reading *reading, struct error *err)
{
	int64_t messages = 0;

	if (!reading->has_scope &&
	    !store_counted(reading->reader, &reading->filter, add_messages,
			   &messages, err))
		return false;
	if (messages > 0)
		show_give_line(reading->taker, reading->file,
			       "and up to %" PRId64 " more, which were only "
			       "counted (store.incidents_per_pair): alignctl "
			       "review lists them",
			       messages);
	return true;
}
