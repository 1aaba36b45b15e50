/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * likely.c - what was refused or held and may have been good, the likeliest
 * first
 *
 * Only what nobody has acted on yet: who confirms a spoof will not see it
 * again.
 * Tested by test_alignctl_evidence.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/strbuf.h"
#include "lib/policy/decide.h"
#include "lib/review/evidence.h"
#include "lib/review/incident.h"
#include "lib/review/list.h"
#include "lib/show/people.h"
#include "lib/store/store_would.h"

#define CELL_MAX 4096

struct likely {
	TALLOC_CTX *mem;
	bool is_any_applied; /* --applied or --would says which */
	size_t count;
	bool has_more;
	struct review_candidate **items;
};

/* --- gathering --- */

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

static bool on_incident(void *context, const struct store_incident *incident)
{
	struct likely *likely = context;

	if (!likely->is_any_applied && !is_stopped(incident))
		return true;
	likely->has_more = likely->count == REVIEW_CANDIDATES_MAX;
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

static bool weigh_all(struct likely *likely, struct store_reader *reader,
		      struct error *err)
{
	struct review_candidate **items = likely->items;
	struct review_handles **all =
	    mem_array(likely->mem, struct review_handles *, likely->count);
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
	for (size_t i = 0; i < likely->count; i++)
		all[i] = &items[i]->handles;
	if (!review_handles_forwards(likely->mem, reader, all, likely->count,
				     err))
		return false;
	for (size_t i = 0; i < likely->count; i++)
		review_weigh(likely->mem, items[i]);
	qsort(items, likely->count, sizeof items[0], by_score);
	return true;
}

/* --- saying so --- */

/* CSV begins with what the list of incidents does not have, JSON ends so. */
enum {
	BEFORE = 2,
	AFTER = 3,
	LIKELY_COLUMNS = BEFORE + REVIEW_COLUMNS + AFTER
};

static void make_columns(struct table_column *columns)
{
	*columns++ = (struct table_column){.csv = "score"};
	*columns++ = (struct table_column){.csv = "evidence"};
	memcpy(columns, review_columns, sizeof *columns * REVIEW_COLUMNS);
	columns += REVIEW_COLUMNS;
	*columns++ = (struct table_column){.key = "score"};
	*columns++ = (struct table_column){.key = "evidence"};
	*columns++ = (struct table_column){.key = "next"};
	*columns = (struct table_column)TABLE_END;
}

/* The command that would let such mail in; NULL when nothing of the message
 * has a past to be known by. */
static const char *next_command(TALLOC_CTX *mem,
				const struct review_candidate *candidate)
{
	const struct store_incident *incident = &candidate->incident;

	if (review_handles_known(&candidate->handles) == NULL)
		return NULL;
	return mem_printf(
	    mem, "alignctl review allow %s --owner YOU%s", incident->reference,
	    *incident->author_domain == '\0' ? " --from-any" : "");
}

static void add_row(struct rows *rows, TALLOC_CTX *mem,
		    const struct review_candidate *candidate)
{
	struct json *evidence = json_new_array(mem);
	struct value cells[LIKELY_COLUMNS];
	struct value *after = &cells[BEFORE + REVIEW_COLUMNS];
	struct strbuf words;

	strbuf_init(&words, mem, CELL_MAX);
	for (size_t i = 0; i < candidate->count; i++) {
		const struct review_evidence *one = &candidate->evidence[i];
		struct json *item = json_new_object(mem);
		json_put_number(item, "points", one->points);
		json_put_text(item, "words", one->words);
		json_add(evidence, item);
		strbuf_printf(&words, "%s%s", i == 0 ? "" : "; ", one->words);
	}
	cells[0] = after[0] = value_number(candidate->score);
	cells[1] = value_text(strbuf_text(&words));
	review_cells(mem, &candidate->incident, candidate->would,
		     &cells[BEFORE]);
	after[1] = value_json(evidence);
	after[2] = value_text(next_command(mem, candidate));
	rows_add(rows, cells, COUNT_OF(cells));
}

/* "reject"; "none (would: reject)" where monitor mode let it in. */
static const char *deed_words(TALLOC_CTX *mem,
			      const struct review_candidate *candidate)
{
	const char *applied = candidate->incident.applied;
	const char *would = candidate->would;

	if (would == NULL || strcmp(would, applied) == 0)
		return applied;
	return mem_printf(mem, "%s (would: %s)", applied, would);
}

static struct show *show_candidate(TALLOC_CTX *mem,
				   const struct review_candidate *candidate)
{
	const struct store_incident *incident = &candidate->incident;
	const struct review_handle *known =
	    review_handles_known(&candidate->handles);
	struct show *show = show_new(mem);
	char time[CLOCK_TEXT];

	show_line(show, "%s  score %d  %s  %s  client %s  from %s",
		  incident->reference, candidate->score,
		  clock_text(incident->time_s, time),
		  deed_words(show, candidate), incident->client_ip,
		  people_or_dash(incident->author_domain));
	for (size_t i = 0; i < candidate->count; i++)
		show_line(show, "  %+4d  %s", candidate->evidence[i].points,
			  candidate->evidence[i].words);
	if (known == NULL)
		show_line(show, "  next  nothing of it has a past to be known "
				"by: no override is proposed");
	else
		show_line(show, "  next  %s   (known by %s %s)",
			  next_command(show, candidate),
			  review_handle_text(known->kind), known->value);
	return show;
}

static size_t write_all(const struct review_reading *reading,
			const struct likely *likely)
{
	struct table_column columns[LIKELY_COLUMNS + 1];
	struct rows rows = {.file = reading->file,
			    .form = reading->form,
			    .columns = columns,
			    .is_quiet = reading->is_quiet};
	size_t limit = reading->filter.limit == 0
			   ? SIZE_MAX
			   : (size_t)reading->filter.limit;
	size_t i = 0;

	make_columns(columns);
	rows_begin(&rows);
	for (; i < likely->count && i < limit && likely->items[i]->score > 0;
	     i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		if (reading->form == SHOW_TEXT)
			show_write(reading->file, SHOW_TEXT,
				   show_candidate(mem, likely->items[i]));
		else
			add_row(&rows, mem, likely->items[i]);
		mem_free(mem);
	}
	return i;
}

bool review_list_likely(const struct review_reading *reading, bool *is_cut,
			struct error *err)
{
	struct store_filter filter = reading->filter;
	struct likely likely = {
	    .mem = mem_context(NULL),
	    .is_any_applied = filter.applied != NULL || filter.would != NULL,
	};

	likely.items = mem_array(likely.mem, struct review_candidate *,
				 REVIEW_CANDIDATES_MAX);
	filter.limit = 0; /* of what is printed, not looked at */
	filter.is_open = true;
	bool ok = store_incidents(reading->reader, &filter, on_incident,
				  &likely, err) &&
		  weigh_all(&likely, reading->reader, err);
	if (ok && write_all(reading, &likely) == 0 &&
	    reading->form == SHOW_TEXT && !reading->is_quiet)
		(void)fprintf(reading->file,
			      "nothing that was refused or held shows evidence "
			      "of being legitimate (%zu looked at)\n",
			      likely.count);
	*is_cut = likely.has_more;
	mem_free(likely.mem);
	return ok;
}
