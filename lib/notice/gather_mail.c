/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gather_mail.c - facts about mail that was refused or held
 * Tested by test_alignctl_notice.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/notice/gather_private.h"
#include "lib/review/candidates.h"
#include "lib/base/clock.h"
#include "lib/store/store_path_read.h"
#include "lib/store/store_waiting.h"

/* --- held --- */

static bool read_waiting(const struct gathering *gathering,
			 struct store_waiting *waiting, struct error *err)
{
	const struct notice_sources *sources = gathering->sources;

	return store_waiting_read(sources->store_path,
				  sources->now_s - (int64_t)NOTICE_OPEN_S,
				  waiting, err);
}

bool gather_held(const struct gathering *gathering, struct error *err)
{
	struct store_waiting waiting;

	if (!gathering->sources->is_holding)
		return true;
	if (!read_waiting(gathering, &waiting, err))
		return false;
	if (waiting.held > 0)
		gather_add(gathering,
			   &(struct notice_fact){
			       .kind = NOTICE_HELD,
			       .key = "held",
			       .is_standing = true,
			       .words = "on hold on which nobody has acted",
			       .count = waiting.held,
			       .since_s = waiting.held_oldest_s,
			       .command = notice_kinds[NOTICE_HELD].more});
	return true;
}

/* Those past the age; the newest of them says whether there are more. */
struct overdue {
	int64_t count;
	int64_t newest_s;
	int64_t oldest_s;
};

static bool see_overdue(void *context, const struct store_incident *incident)
{
	struct overdue *overdue = context;

	if (overdue->count++ == 0)
		overdue->newest_s = incident->time_s;
	overdue->oldest_s = incident->time_s;
	return true;
}

bool gather_overdue(const struct gathering *gathering, struct error *err)
{
	int64_t now_s = gathering->sources->now_s;
	const struct store_filter filter = {
	    .since_s = now_s - (int64_t)NOTICE_OPEN_S,
	    .until_s = now_s - NOTICE_HELD_S,
	    .applied = "quarantine",
	    .is_open = true,
	};
	struct overdue overdue = {.count = 0};

	if (!gathering->sources->is_holding)
		return true;
	if (!store_incidents(gathering->sources->reader, &filter, see_overdue,
			     &overdue, err))
		return false;
	if (overdue.count > 0)
		gather_add(
		    gathering,
		    &(struct notice_fact){
			.kind = NOTICE_HELD,
			.key = "overdue",
			.level = overdue.newest_s,
			.words = "on hold for more than a day on which nobody "
				 "has acted",
			.count = overdue.count,
			.since_s = overdue.oldest_s,
			.command = notice_kinds[NOTICE_HELD].more});
	return true;
}

/* --- likely errors --- */

static const char *deed_of(const struct store_incident *incident)
{
	if (strcmp(incident->applied, "reject") == 0)
		return "refused";
	if (strcmp(incident->applied, "quarantine") == 0)
		return "held";
	return "let in, and would not be when enforcing";
}

static const char *command_of(TALLOC_CTX *mem,
			      const struct review_candidate *candidate)
{
	const char *reference = candidate->incident.reference;
	const char *command = review_candidate_command(mem, candidate);

	if (!notice_is_word(reference))
		return notice_kinds[NOTICE_LIKELY].more;
	return command != NULL
		   ? command
		   : mem_printf(mem, "alignctl review %s", reference);
}

static void add_candidate(const struct gathering *gathering, TALLOC_CTX *mem,
			  const struct review_candidate *candidate)
{
	const struct store_incident *incident = &candidate->incident;
	const char *author = *incident->author_domain == '\0'
				 ? "no single author"
				 : notice_domain(mem, gathering->sources->own,
						 incident->author_domain);

	gather_add(
	    gathering,
	    &(struct notice_fact){
		.kind = NOTICE_LIKELY,
		.key = mem_printf(mem, "likely %s", incident->reference),
		.words = mem_printf(
		    mem, "message of %s from %s was %s", author,
		    notice_plain(mem, incident->client_ip, LIMIT_NOTICE_TEXT),
		    deed_of(incident)),
		.count = 1,
		.since_s = incident->time_s,
		.command = command_of(mem, candidate),
		.reason = notice_plain(mem, candidate->evidence[0].words,
				       LIMIT_NOTICE_TEXT)});
}

bool gather_likely(const struct gathering *gathering, struct error *err)
{
	const struct notice_sources *sources = gathering->sources;
	const struct store_filter filter = {
	    .since_s = sources->now_s - (int64_t)NOTICE_OPEN_S,
	    .until_s = sources->now_s,
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct review_candidates found = {.count = 0};
	bool ok = review_candidates_find(mem, sources->reader, &filter,
					 sources->now_s, &found, err);

	for (size_t i = 0; ok && i < found.likely; i++)
		if (found.items[i]->count > 0)
			add_candidate(gathering, mem, found.items[i]);
	mem_free(mem);
	return ok;
}

/* --- paths that broke --- */

/* How it used to pass, and what lets it in again. */
static const char *reason_of(TALLOC_CTX *mem,
			     const struct store_path_broken *path)
{
	char day[CLOCK_TEXT];
	const char *reference =
	    notice_is_word(path->reference) ? path->reference : "REF";

	return mem_printf(
	    mem,
	    "passed on %" PRId64 " days, last on %s (SPF %" PRId64
	    ", a signature alone %" PRId64
	    "); if it is genuine: alignctl review allow %s --owner YOU",
	    path->days, clock_day_text(path->last_day_s, day), path->spf,
	    path->dkim, reference);
}

static struct notice_fact fact_of(const struct gathering *gathering,
				  TALLOC_CTX *mem,
				  const struct store_path_broken *path)
{
	const char *command =
	    notice_is_word(path->reference)
		? mem_printf(mem, "alignctl explain %s", path->reference)
		: notice_kinds[NOTICE_PATH].more;

	return (struct notice_fact){
	    .kind = NOTICE_PATH,
	    .key = mem_printf(mem, "path %s %s %" PRId64, path->client,
			      path->author, path->since_s),
	    .words = mem_printf(
		mem, "of %s by way of %s refused or held",
		notice_domain(mem, gathering->sources->own, path->author),
		notice_plain(mem, path->client, LIMIT_NOTICE_TEXT)),
	    .count = path->refused,
	    .since_s = path->since_s,
	    .command = command,
	    .reason = reason_of(mem, path)};
}

/* Whoever forwards for many may break as many: so the clients come in turn. */
struct broken {
	const char *client;
	size_t turn; /* among those of the client */
	size_t place;
	struct notice_fact fact;
};

struct broken_list {
	const struct gathering *gathering;
	TALLOC_CTX *mem;
	size_t count;
	struct broken *items; /* LIMIT_NOTICE_FACTS */
};

static bool see_path(void *context, const struct store_path_broken *path)
{
	struct broken_list *list = context;
	size_t turn = 0;

	if (list->count == LIMIT_NOTICE_FACTS) {
		list->gathering->notice->left_out[NOTICE_PATH]++;
		return true;
	}
	for (size_t i = 0; i < list->count; i++)
		turn += strcmp(list->items[i].client, path->client) == 0;
	list->items[list->count] =
	    (struct broken){.client = mem_strdup(list->mem, path->client),
			    .turn = turn,
			    .place = list->count,
			    .fact = fact_of(list->gathering, list->mem, path)};
	list->count++;
	return true;
}

static int by_turn(const void *a, const void *b)
{
	const struct broken *left = a;
	const struct broken *right = b;

	if (left->turn != right->turn)
		return left->turn < right->turn ? -1 : 1;
	return left->place < right->place ? -1 : 1;
}

bool gather_paths(const struct gathering *gathering, int64_t since_s,
		  struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct broken_list list = {
	    .gathering = gathering,
	    .mem = mem,
	    .items = mem_array(mem, struct broken, LIMIT_NOTICE_FACTS)};
	bool ok = store_paths_broken_since(gathering->sources->own_reader,
					   since_s, see_path, &list, err);

	qsort(list.items, list.count, sizeof list.items[0], by_turn);
	for (size_t i = 0; ok && i < list.count; i++)
		gather_add(gathering, &list.items[i].fact);
	mem_free(mem);
	return ok;
}
