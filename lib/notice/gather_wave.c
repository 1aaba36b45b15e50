/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gather_wave.c - waves of mail that claims to be of an own domain
 *
 * By the hourly counters, since a flood is no longer kept incident by incident.
 * Two hours are cheap to add up; the week before is, once they show something.
 * Tested by test_alignctl_notice.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/notice/gather_private.h"
#include "lib/store/store_counters.h"
#include "lib/store/store_pair.h"

#define HOUR_S ((int64_t)3600)
#define PAIRS_OF_WEEK ((int64_t)7 * 12) /* of two hours */

struct failing_tuple {
	int64_t tuple_id;
	size_t domain; /* of the own ones */
};

struct wave {
	TALLOC_CTX *mem;
	const struct text_list *own;
	size_t count;
	struct failing_tuple *tuples; /* by id */
	int64_t *sums;		      /* of each own domain */
};

/* The longest own domain that it is, or is below. */
static bool find_own(const struct text_list *own, const char *author,
		     size_t *index)
{
	size_t longest = 0;

	for (size_t i = 0; i < own->count; i++) {
		size_t length = strlen(own->items[i]);
		if (length > longest &&
		    (domain_equals(author, own->items[i]) ||
		     domain_is_below(author, own->items[i]))) {
			longest = length;
			*index = i;
		}
	}
	return longest > 0;
}

static void see_tuple(void *context, int64_t tuple_id,
		      const struct store_trait *trait)
{
	struct wave *wave = context;
	size_t domain;

	if (strcmp(trait->dmarc_result, "fail") != 0 ||
	    !find_own(wave->own, trait->author_domain, &domain))
		return;
	if ((wave->count & (wave->count - 1)) == 0)
		wave->tuples =
		    mem_resize(wave->mem, wave->tuples, struct failing_tuple,
			       wave->count == 0 ? 1 : wave->count * 2);
	wave->tuples[wave->count++] = (struct failing_tuple){tuple_id, domain};
}

static int by_id(const void *a, const void *b)
{
	const struct failing_tuple *left = a;
	const struct failing_tuple *right = b;

	return (left->tuple_id > right->tuple_id) -
	       (left->tuple_id < right->tuple_id);
}

static void see_counter(void *context, int64_t hour_s, int64_t tuple_id,
			int64_t count)
{
	const struct wave *wave = context;
	const struct failing_tuple key = {.tuple_id = tuple_id};
	const struct failing_tuple *found =
	    wave->count == 0
		? NULL
		: bsearch(&key, wave->tuples, wave->count, sizeof key, by_id);

	(void)hour_s;
	if (found != NULL)
		wave->sums[found->domain] += count;
}

/* What of each own domain failed in the period. */
static bool add_up(TALLOC_CTX *mem, const struct notice_sources *sources,
		   const struct store_period *period, int64_t **sums,
		   struct error *err)
{
	struct wave wave = {.mem = mem,
			    .own = sources->own,
			    .sums =
				mem_array(mem, int64_t, sources->own->count)};
	const struct store_counters_handler handler = {
	    .tuple = see_tuple, .counter = see_counter, .context = &wave};

	if (!store_counters(sources->reader, period, &handler, err))
		return false;
	*sums = wave.sums;
	return true;
}

static void add_wave(const struct gathering *gathering, TALLOC_CTX *mem,
		     const char *domain, int64_t count, int64_t usual)
{
	int64_t begin_s = store_hour_of(gathering->sources->now_s) - HOUR_S;

	gather_add(
	    gathering,
	    &(struct notice_fact){
		.kind = NOTICE_WAVE,
		.key = mem_printf(mem, "wave %s", domain),
		.renewed_s = 6 * HOUR_S,
		.words = mem_printf(
		    mem, "in the name of %s failed DMARC within two hours",
		    text_printable(mem, domain)),
		.count = count,
		.since_s = begin_s,
		.command = mem_printf(mem,
				      "alignctl review --since 3h --from %s "
				      "--group-by network",
				      text_printable(mem, domain)),
		.reason = mem_printf(mem,
				     "two hours of the week before had %" PRId64
				     " on average",
				     usual)});
}

static bool look_at(const struct gathering *gathering, TALLOC_CTX *mem,
		    size_t domain, int64_t recent, struct error *err)
{
	const struct notice_sources *sources = gathering->sources;
	int64_t begin_s = store_hour_of(sources->now_s) - HOUR_S;
	const struct store_period week = {
	    .since_s = begin_s - 7 * (int64_t)NOTICE_DAY_S,
	    .until_s = begin_s,
	    .author_domain = sources->own->items[domain],
	};
	int64_t *sums;

	if (recent < NOTICE_WAVE_LEAST)
		return true;
	if (!add_up(mem, sources, &week, &sums, err))
		return false;
	if (recent * PAIRS_OF_WEEK >= NOTICE_WAVE_TIMES * sums[domain])
		add_wave(gathering, mem, sources->own->items[domain], recent,
			 sums[domain] / PAIRS_OF_WEEK);
	return true;
}

bool gather_wave(const struct gathering *gathering, struct error *err)
{
	const struct notice_sources *sources = gathering->sources;
	const struct store_period hours = {
	    .since_s = store_hour_of(sources->now_s) - HOUR_S};
	TALLOC_CTX *mem = mem_context(NULL);
	int64_t *sums;
	bool ok = sources->own->count == 0 ||
		  add_up(mem, sources, &hours, &sums, err);

	for (size_t i = 0; ok && i < sources->own->count; i++)
		ok = look_at(gathering, mem, i, sums[i], err);
	mem_free(mem);
	return ok;
}
