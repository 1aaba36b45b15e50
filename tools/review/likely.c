/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * likely.c - alignctl review --likely-legitimate: what was refused
 * or held and may have been good, the likeliest first
 *
 * Only what nobody has acted on yet: who confirms a spoof will not see it
 * again.
 */
#include "tools/review/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/policy/decide.h"
#include "tools/csv.h"
#include "tools/print.h"
#include "tools/review/evidence.h"

/* The newest of them; each takes a kilobyte or two. */
#define CANDIDATES_MAX 10000
#define CELL_MAX 4096

struct likely {
	TALLOC_CTX *mem;
	bool is_any_applied; /* --applied says which */
	size_t count;
	bool has_more;
	struct review_candidate **items;
};

/* --- gathering --- */

/* Also what only monitor mode kept from being stopped: before a team enforces
 * is when it asks. */
static bool is_stopped(const struct store_incident *incident)
{
	return strcmp(incident->applied, "reject") == 0 ||
	       strcmp(incident->applied, "quarantine") == 0 ||
	       strcmp(incident->applied, "tag") == 0 ||
	       decide_reason_of(incident->override_comment) ==
		   REASON_MONITOR_MODE;
}

static bool on_incident(void *context, const struct store_incident *incident)
{
	struct likely *likely = context;

	if (!likely->is_any_applied && !is_stopped(incident))
		return true;
	likely->has_more = likely->count == CANDIDATES_MAX;
	if (likely->has_more)
		return false;
	likely->items[likely->count++] =
	    review_candidate_new(likely->mem, incident);
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

static bool find_forwards(struct likely *likely, struct store_reader *reader,
			  struct error *err)
{
	struct review_handles **all =
	    mem_array(likely->mem, struct review_handles *, likely->count);

	for (size_t i = 0; i < likely->count; i++)
		all[i] = &likely->items[i]->handles;
	return review_handles_forwards(likely->mem, reader, all, likely->count,
				       err);
}

static bool weigh_all(struct likely *likely, struct store_reader *reader,
		      struct error *err)
{
	struct review_candidate **items = likely->items;
	size_t start = 0;

	qsort(items, likely->count, sizeof items[0], by_author);
	for (size_t i = 1; i <= likely->count; i++) {
		if (i < likely->count &&
		    by_author(&items[start], &items[i]) == 0)
			continue;
		if (!review_find_passes(reader, &items[start], i - start, err))
			return false;
		start = i;
	}
	if (!find_forwards(likely, reader, err))
		return false;
	for (size_t i = 0; i < likely->count; i++)
		review_weigh(likely->mem, items[i]);
	qsort(items, likely->count, sizeof items[0], by_score);
	return true;
}

/* --- printing --- */

/* The command that would let such mail in; NULL when nothing of the message
 * has a past to be known by. */
static const char *next_command(TALLOC_CTX *mem,
				const struct review_candidate *candidate,
				const struct review_record **known)
{
	const struct store_incident *incident = &candidate->incident;

	*known = review_handles_known(&candidate->handles);
	if (*known == NULL)
		return NULL;
	return mem_printf(
	    mem, "alignctl review allow %s --owner YOU%s", incident->reference,
	    *incident->author_domain == '\0' ? " --from-any" : "");
}

static void print_text(TALLOC_CTX *mem,
		       const struct review_candidate *candidate)
{
	const struct store_incident *incident = &candidate->incident;
	const struct review_record *known;
	const char *next = next_command(mem, candidate, &known);
	char time[CLOCK_TEXT];

	(void)printf("%s  score %d  %s  %s  client %s  from %s\n",
		     tool_shown(mem, incident->reference), candidate->score,
		     clock_text(incident->time_s, time),
		     tool_shown(mem, incident->applied),
		     tool_shown(mem, incident->client_ip),
		     tool_shown(mem, tool_or_dash(incident->author_domain)));
	for (size_t i = 0; i < candidate->count; i++)
		(void)printf("  %+4d  %s\n", candidate->evidence[i].points,
			     tool_shown(mem, candidate->evidence[i].words));
	if (next == NULL)
		(void)printf("  next  nothing of it has a past to be known by: "
			     "no override is proposed\n");
	else
		(void)printf("  next  %s   (known by %s %s)\n",
			     tool_shown(mem, next), known->handle.setting,
			     tool_shown(mem, known->handle.value));
}

static void print_json(TALLOC_CTX *mem,
		       const struct review_candidate *candidate)
{
	struct json *object = json_new_object(mem);
	struct json *list = json_new_array(mem);
	const struct review_record *known;

	review_put_members(object, &candidate->incident);
	json_put_number(object, "score", candidate->score);
	for (size_t i = 0; i < candidate->count; i++) {
		struct json *item = json_new_object(mem);
		json_put_number(item, "points", candidate->evidence[i].points);
		json_put_text(item, "words", candidate->evidence[i].words);
		json_add(list, item);
	}
	json_put(object, "evidence", list);
	json_put_text(object, "next", next_command(mem, candidate, &known));
	(void)printf("%s\n", json_text(mem, object));
}

static void print_csv(TALLOC_CTX *mem, const struct review_candidate *candidate)
{
	struct tool_csv row = {0};
	struct strbuf words;

	strbuf_init(&words, mem, CELL_MAX);
	for (size_t i = 0; i < candidate->count; i++)
		strbuf_printf(&words, "%s%s", i == 0 ? "" : "; ",
			      candidate->evidence[i].words);
	tool_csv_number(&row, candidate->score);
	tool_csv_text(&row, strbuf_text(&words));
	review_put_cells(&row, &candidate->incident);
	tool_csv_end(&row);
}

static void print_csv_heading(void)
{
	struct tool_csv row = {0};

	tool_csv_text(&row, "score");
	tool_csv_text(&row, "evidence");
	for (size_t i = 0; review_csv_names[i] != NULL; i++)
		tool_csv_text(&row, review_csv_names[i]);
	tool_csv_end(&row);
}

static size_t print_all(const struct review *review,
			const struct likely *likely, size_t limit)
{
	size_t i = 0;

	for (; i < likely->count && (limit == 0 || i < limit) &&
	       likely->items[i]->score > 0;
	     i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		if (review->format == REVIEW_JSON)
			print_json(mem, likely->items[i]);
		else if (review->format == REVIEW_CSV)
			print_csv(mem, likely->items[i]);
		else
			print_text(mem, likely->items[i]);
		mem_free(mem);
	}
	return i;
}

static void print_end(const struct review *review, const struct likely *likely,
		      size_t printed)
{
	if (printed == 0 && review->format == REVIEW_TEXT)
		(void)printf("nothing that was refused or held shows evidence "
			     "of being legitimate (%zu looked at)\n",
			     likely->count);
	if (likely->has_more)
		(void)fprintf(stderr,
			      "alignctl: only the newest %d were looked at; "
			      "narrow it with --until or --from\n",
			      CANDIDATES_MAX);
}

bool review_likely(struct review *review, struct error *err)
{
	size_t limit = (size_t)review->filter.limit;
	struct likely likely = {
	    .mem = mem_context(review->tool->mem),
	    .is_any_applied = review->filter.applied != NULL,
	};

	likely.items =
	    mem_array(likely.mem, struct review_candidate *, CANDIDATES_MAX);
	review->filter.limit = 0; /* of what is printed, not looked at */
	review->filter.is_open = true;
	if (!store_incidents(review->reader, &review->filter, on_incident,
			     &likely, err) ||
	    !weigh_all(&likely, review->reader, err))
		return false;
	if (review->format == REVIEW_CSV)
		print_csv_heading();
	size_t printed = print_all(review, &likely, limit);
	print_end(review, &likely, printed);
	return true;
}
