/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATS_REPORT_H
#define STATS_REPORT_H

/*
 * report - what is said of a period, whatever the form
 *
 * The sums together with what was asked for. Whoever writes a form (text, JSON,
 * CSV, a page) decides nothing: which rows there are, their order, their names
 * and all sentences come from here.
 */

#include "lib/stats/collect.h"

/* One kind of row: by a step of time, or by a table's name. */
struct stats_by {
	const char *word;    /* "day" */
	const char *heading; /* over the names, for people */
	bool is_time;
	enum stats_step step; /* with is_time */
	enum stats_key key;   /* without */
};

/* The kind of that name that can be asked for, or NULL. */
const struct stats_by *stats_by_find(const char *word);

/* "day, month, ..." below `mem`. */
const char *stats_by_words(TALLOC_CTX *mem);

struct stats_report {
	const struct stats *stats;
	int64_t generated_s;
	struct store_period period; /* as asked for */
	const char *host;	    /* NULL: not known, as the mode */
	const char *mode;	    /* of the configuration, now */
	const struct stats_by *by;  /* NULL: an overview */
	size_t limit;
};

/* Rows as they are shown. */
struct stats_rows {
	const struct stats_by *by;
	size_t count;
	const struct stats_row *items; /* names as the store has them */
	size_t left_off;	       /* beyond the limit */
	int64_t most;		       /* the heaviest row's weight */
};

/* The rows of `by`, at most `limit`: the first ones of a table, the latest of
 * a time. */
struct stats_rows stats_report_rows(TALLOC_CTX *mem,
				    const struct stats_report *report,
				    const struct stats_by *by, size_t limit);

/* A table's rows that have weight. */
struct stats_rows stats_report_top(TALLOC_CTX *mem,
				   const struct stats_report *report,
				   const char *word, size_t limit);

/* The whole period in steps of such a length that it can be drawn, empty ones
 * too. */
struct stats_rows stats_report_time(TALLOC_CTX *mem,
				    const struct stats_report *report);

/* What rows are compared by: failures where they are about who fails, else
 * messages. */
bool stats_by_is_failures(const struct stats_by *by);
int64_t stats_row_weight(const struct stats_by *by,
			 const struct stats_row *row);

/* A row's name for people; not escaped. */
const char *stats_row_label(const struct stats_by *by,
			    const struct stats_row *row);

/* "2026-04-01 00:00 to 2026-05-01 12:00 UTC": from the first to the end of the
 * last hour with messages; NULL when there are none. */
const char *stats_report_span(TALLOC_CTX *mem,
			      const struct stats_report *report);

/* The figures as sentences, in ASCII. */
const char *stats_report_words(TALLOC_CTX *mem,
			       const struct stats_report *report);

#endif
