/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * compare.c - what PostgreSQL has lost is pushed again
 *
 * A standby that was behind when it took over, or a backup that was played
 * back, has less than was acknowledged. So at each connection the last 48
 * hours, and once a day all, are compared: what this host claims of each
 * segment with what the fleet has of it. Less there: the segment waits again.
 * Tested by test_fleet_forward.
 */
#include "tools/fleet/forwarder.h"

#include <inttypes.h>
#include <string.h>

#define HOUR_S ((int64_t)3600)
#define DAY_S (24 * HOUR_S)
#define RECENT_S (48 * HOUR_S)
#define ALL_S (40 * DAY_S) /* PostgreSQL takes older ones for strays */

struct page {
	size_t count;
	int64_t last_id;
	struct store_segment items[FORWARD_ROWS];
	uint8_t idents[FORWARD_ROWS][FLEET_IDENT];
	struct fleet_sums sums[FORWARD_ROWS];
};

static bool see_segment(void *context, const struct store_segment *segment)
{
	struct page *page = context;

	page->last_id = segment->id;
	if (segment->pushed_s == 0)
		return true; /* it waits anyway */
	page->items[page->count] = *segment;
	memcpy(page->idents[page->count], segment->ident, FLEET_IDENT);
	return ++page->count < FORWARD_ROWS;
}

/* Of two states of one segment the greater is it, by messages first; of equal
 * ones that of which more was erased. */
static bool is_less(const struct fleet_sums *there,
		    const struct store_segment *segment)
{
	const struct store_segment_sums *here = &segment->sums;
	const int64_t a[] = {there->messages, there->incidents, there->counted,
			     there->acts, there->restated};
	const int64_t b[] = {here->messages, here->incidents, here->counted,
			     here->acts, segment->restated};

	for (size_t i = 0; i < COUNT_OF(a); i++) {
		if (a[i] != b[i])
			return a[i] < b[i];
	}
	return false;
}

static bool mark_lost(struct forwarder *forwarder, const struct page *page,
		      struct error *err)
{
	int64_t lost = 0;

	for (size_t i = 0; i < page->count; i++) {
		if (!is_less(&page->sums[i], &page->items[i]))
			continue;
		if (!forward_local(forwarder, store_segments_mark_lost(
						  forwarder->segments,
						  &page->items[i], err)))
			return false;
		lost++;
	}
	if (lost == 0)
		return true;
	forwarder->state.again += lost;
	forwarder->must_erase_all = true;
	forward_log("PostgreSQL has lost %" PRId64
		    " segments; they are pushed again",
		    lost);
	return true;
}

static bool compare_since(struct forwarder *forwarder, int64_t since_s,
			  struct page *page, struct error *err)
{
	int64_t before;

	page->last_id = 0;
	do {
		before = page->last_id;
		page->count = 0;
		if (!forward_local(forwarder,
				   store_segments_ledger(
				       forwarder->segments, since_s, before,
				       FORWARD_ROWS, see_segment, page, err)))
			return false;
		if (page->count > 0 &&
		    (!forward_pg(forwarder,
				 fleet_ledger(forwarder->pg, page->idents,
					      page->count, page->sums, err)) ||
		     !mark_lost(forwarder, page, err)))
			return false;
	} while (page->last_id > before && !forward_is_stopping(forwarder));
	return true;
}

bool forward_compare(struct forwarder *forwarder, struct error *err)
{
	int64_t now_s = forwarder->answer.now_ms / 1000;
	int64_t keep_s = forwarder->answer.keep_results_s;
	bool is_all = forwarder->state.compared_day != now_s / DAY_S;

	if (forwarder->is_compared && !is_all)
		return true;
	int64_t back_s = is_all ? ALL_S : RECENT_S;
	if (keep_s > 0 && keep_s < back_s)
		back_s = keep_s;
	struct page *page = mem_new(NULL, struct page);
	bool is_done = compare_since(forwarder, now_s - back_s, page, err);
	mem_free(page);
	if (!is_done || forward_is_stopping(forwarder))
		return is_done;
	forwarder->is_compared = true;
	forwarder->state.compared_day = now_s / DAY_S;
	return true;
}
