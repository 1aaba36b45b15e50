/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aggregate_rows.c - the rows of one report, in order and each but once
 *
 * The store sorts tuples by client, author domain and MAIL FROM domain. Within
 * such a run several tuples may show the same in a report (the key of a
 * signature had another length, a message was tagged by one rule and held by
 * another): a run is gathered, sorted by what it shows, and equal rows become
 * one. A run past its bound, which only a flood from one client makes, is
 * handed on in pieces; rows of different pieces may then show the same.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/report/make/aggregate_private.h"
#include "lib/report/make/aggregate_row.h"

#define ROOM_FIRST 16

struct run {
	bool (*seen)(void *context, const struct aggregate_row *row);
	void *context;
	const struct aggregate_report *report;
	const struct aggregate_notes *notes;
	TALLOC_CTX *mem; /* of the rows at hand */
	struct aggregate_row *rows;
	size_t count;
	size_t room;
	bool is_over; /* `seen` has had enough */
};

static void note_row(const struct run *run, int64_t tuple_id,
		     const struct error *err)
{
	const struct aggregate_notes *notes = run->notes;
	TALLOC_CTX *mem = mem_context(NULL);

	if (notes != NULL && notes->said != NULL)
		notes->said(
		    notes->context,
		    mem_printf(
			mem, "left out of the report to %s: tuple %lld: %s",
			text_escape(mem, span_of(run->report->policy_domain),
				    LIMIT_DOMAIN_BYTES, false),
			(long long)tuple_id, err->words));
	mem_free(mem);
}

static int compare_rows(const void *a, const void *b)
{
	return aggregate_row_compare(a, b);
}

/* Hands the run on, equal rows as one. */
static void end_run(struct run *run)
{
	if (run->count == 0)
		return;
	qsort(run->rows, run->count, sizeof *run->rows, compare_rows);
	for (size_t i = 0; i < run->count && !run->is_over;) {
		struct aggregate_row row = run->rows[i];
		for (i++; i < run->count &&
			  aggregate_row_compare(&row, &run->rows[i]) == 0;
		     i++)
			row.count += run->rows[i].count;
		run->is_over = !run->seen(run->context, &row);
	}
	run->count = 0;
	mem_free(run->mem);
	run->mem = mem_context(NULL);
}

/* Another client, author domain or MAIL FROM domain begins another run. */
static bool is_of_run(const struct run *run, const struct aggregate_row *row)
{
	const struct aggregate_row *first = &run->rows[0];

	return run->count < LIMIT_REPORT_RUN &&
	       strcmp(first->client_ip, row->client_ip) == 0 &&
	       strcmp(first->header_from, row->header_from) == 0 &&
	       strcmp(first->envelope_from, row->envelope_from) == 0;
}

static bool on_tuple(void *context, int64_t tuple_id, int64_t count,
		     const struct store_tuple *tuple)
{
	struct run *run = context;
	TALLOC_CTX *mem = mem_context(NULL);
	struct aggregate_row row;
	struct error err;

	if (!aggregate_row_make(mem, tuple, count, &row, &err)) {
		note_row(run, tuple_id, &err);
		mem_free(mem);
		return true;
	}
	if (run->count > 0 && !is_of_run(run, &row))
		end_run(run);
	(void)talloc_steal(run->mem, mem);
	if (run->count == run->room) {
		run->room = run->room == 0 ? ROOM_FIRST : 2 * run->room;
		run->rows =
		    heap_resized(run->rows, sizeof *run->rows, run->room);
	}
	run->rows[run->count++] = row;
	return !run->is_over;
}

bool aggregate_rows(
    struct aggregate_day *day, const struct aggregate_report *report,
    bool (*seen)(void *context, const struct aggregate_row *row), void *context,
    const struct aggregate_notes *notes, struct error *err)
{
	struct run run = {
	    .seen = seen,
	    .context = context,
	    .report = report,
	    .notes = notes,
	    .mem = mem_context(NULL),
	};
	bool ok =
	    store_day_rows(day->results, report->number, on_tuple, &run, err);

	if (ok && !run.is_over)
		end_run(&run);
	heap_free(run.rows);
	mem_free(run.mem);
	return ok;
}
