/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * candidates.c - what was refused or held and may have been good, the likeliest
 * first
 * Tested by test_alignctl_evidence, test_alignctl_notice.
 */
#include "lib/review/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/policy/decide.h"
#include "lib/store/store_would.h"

struct search {
	TALLOC_CTX *mem;
	int64_t now_s;
	bool is_any_applied; /* the filter says which */
	bool is_of_fleet;
	struct review_candidates *found;
};

/* Also what only monitor mode kept from being stopped: before a team enforces
 * is when it asks. */
static bool is_stopped(const struct store_incident *incident)
{
	const char *would = store_would(incident);

	if (would == NULL)
		return decide_reason_of(incident->override_comment) ==
		       REASON_MONITOR_MODE;
	switch (disposition_find(would)) {
	case DISPOSITION_REJECT:
	case DISPOSITION_QUARANTINE:
	case DISPOSITION_TAG:
		return true;
	default:
		return false;
	}
}

static bool passes_for_ours(const struct store_incident *incident)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct json *verdict = json_read(mem, incident->verdict);
	const struct json *looks =
	    verdict == NULL ? NULL : json_get(mem, verdict, "lookalike");
	bool is_so = looks != NULL && json_get_text(looks, "kind") != NULL;

	mem_free(mem);
	return is_so;
}

static bool on_incident(void *context, const struct store_incident *incident)
{
	struct search *search = context;
	struct review_candidates *found = search->found;

	if (!search->is_any_applied && !is_stopped(incident))
		return true;
	if (passes_for_ours(incident)) {
		found->for_ours++;
		return true;
	}
	found->is_cut = found->count == found->max;
	if (found->is_cut)
		return false;
	found->items[found->count] =
	    review_candidate_new(search->mem, incident);
	found->items[found->count++]->is_of_fleet = search->is_of_fleet;
	return true;
}

static int by_author(const void *first, const void *second)
{
	const struct review_candidate *a =
	    *(struct review_candidate *const *)first;
	const struct review_candidate *b =
	    *(struct review_candidate *const *)second;

	return strcmp(a->incident.author_domain, b->incident.author_domain);
}

static int by_score(const void *first, const void *second)
{
	const struct review_candidate *a =
	    *(struct review_candidate *const *)first;
	const struct review_candidate *b =
	    *(struct review_candidate *const *)second;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return (a->incident.id < b->incident.id) -
	       (a->incident.id > b->incident.id);
}

static bool weigh_all(const struct search *search, struct store_reader *reader,
		      struct error *err)
{
	size_t count = search->found->count;
	struct review_candidate **items = search->found->items;
	struct store_path_list paths;
	size_t start = 0;

	qsort(items, count, sizeof items[0], by_author);
	for (size_t i = 1; i <= count; i++) {
		if (i < count && by_author(&items[start], &items[i]) == 0)
			continue;
		if (!review_find_passes(reader, &items[start], i - start, err))
			return false;
		start = i;
	}
	if (!store_path_list_read(search->mem, reader, search->now_s, &paths,
				  err))
		return false;
	review_find_paths(&paths, items, count);
	for (size_t i = 0; i < count; i++)
		review_weigh(search->mem, items[i]);
	qsort(items, count, sizeof items[0], by_score);
	return true;
}

bool review_candidates_find(TALLOC_CTX *mem, struct store_reader *reader,
			    const struct store_filter *filter, int64_t now_s,
			    struct review_candidates *found, struct error *err)
{
	size_t max = found->max == 0 ? REVIEW_CANDIDATES_MAX : found->max;
	struct review_candidates all = {
	    .max = max, .items = mem_array(mem, struct review_candidate *, max)};
	struct search search = {
	    .mem = mem,
	    .now_s = now_s,
	    .is_any_applied = filter->applied != NULL || filter->would != NULL,
	    .is_of_fleet = store_reader_kind(reader) != STORE_DB_SQLITE,
	    .found = &all,
	};
	struct store_filter open = *filter;

	open.limit = 0; /* of what is told, not looked at */
	open.is_open = true;
	if (!store_incidents(reader, &open, on_incident, &search, err) ||
	    !weigh_all(&search, reader, err))
		return false;
	while (all.likely < all.count && all.items[all.likely]->score > 0)
		all.likely++;
	*found = all;
	return true;
}

const char *review_candidate_command(TALLOC_CTX *mem,
				     const struct review_candidate *candidate)
{
	const struct store_incident *incident = &candidate->incident;

	if (review_handles_known(&candidate->handles) == NULL)
		return NULL;
	return mem_printf(
	    mem, "alignctl review allow %s --owner YOU%s", incident->reference,
	    *incident->author_domain == '\0' ? " --from-any" : "");
}
