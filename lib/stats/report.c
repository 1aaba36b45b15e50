/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.c - what is said of a period, whatever the form
 */
#include "lib/stats/report.h"

#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/stats/number.h"

#define WORDS_MAX 2000

/* The steps of time in their order, then the tables. */
static const struct stats_by kinds[] = {
    {"hour", "hour (UTC)", .is_time = true, .step = STATS_HOUR},
    {"day", "day (UTC)", .is_time = true, .step = STATS_DAY},
    {"week", "week (UTC)", .is_time = true, .step = STATS_WEEK},
    {"month", "month (UTC)", .is_time = true, .step = STATS_MONTH},
    {"year", "year (UTC)", .is_time = true, .step = STATS_YEAR},
    {"domain", "author domain", .key = STATS_BY_DOMAIN},
    {"ip", "client", .key = STATS_BY_IP},
    {"network", "network", .key = STATS_BY_NETWORK},
    {"policy", "policy", .key = STATS_BY_POLICY},
    {"override", "override", .key = STATS_BY_OVERRIDE},
    {"lookalike", "looks like one of your names", .key = STATS_BY_LOOKALIKE},
    {"reason", "what was done, and why", .key = STATS_BY_REASON},
};

#define KINDS (sizeof kinds / sizeof kinds[0])

static bool can_be_asked(const struct stats_by *by)
{
	return !by->is_time || by->step == STATS_DAY || by->step == STATS_MONTH;
}

const struct stats_by *stats_by_find(const char *word)
{
	for (size_t i = 0; i < KINDS; i++) {
		if (can_be_asked(&kinds[i]) && strcmp(kinds[i].word, word) == 0)
			return &kinds[i];
	}
	return NULL;
}

const char *stats_by_words(TALLOC_CTX *mem)
{
	struct strbuf words;

	strbuf_init(&words, mem, WORDS_MAX);
	for (size_t i = 0; i < KINDS; i++) {
		if (can_be_asked(&kinds[i]))
			strbuf_printf(&words, "%s%s",
				      words.length == 0 ? "" : ", ",
				      kinds[i].word);
	}
	return strbuf_text(&words);
}

/* --- rows --- */

bool stats_by_is_failures(const struct stats_by *by)
{
	return !by->is_time && stats_key_is_by_failures(by->key);
}

int64_t stats_row_weight(const struct stats_by *by, const struct stats_row *row)
{
	return stats_by_is_failures(by)
		   ? row->tally.by[STATS_RESULT][DMARC_RESULT_FAIL]
		   : row->tally.messages;
}

static struct stats_rows make_rows(const struct stats_by *by,
				   const struct stats_row *items, size_t count,
				   size_t left_off)
{
	struct stats_rows rows = {by, count, items, left_off, 0};

	for (size_t i = 0; i < count; i++) {
		int64_t weight = stats_row_weight(by, &items[i]);
		rows.most = weight > rows.most ? weight : rows.most;
	}
	return rows;
}

struct stats_rows stats_report_rows(TALLOC_CTX *mem,
				    const struct stats_report *report,
				    const struct stats_by *by, size_t limit)
{
	if (by->is_time) {
		struct stats_series series =
		    stats_series_fold(mem, &report->stats->hours, by->step);
		size_t left_off =
		    series.count > limit ? series.count - limit : 0;
		return make_rows(by, series.rows + left_off,
				 series.count - left_off, left_off);
	}
	const struct stats_table *table = report->stats->tables[by->key];
	size_t count = table->kept < limit ? table->kept : limit;
	return make_rows(by, table->rows, count, table->count - count);
}

struct stats_rows stats_report_top(TALLOC_CTX *mem,
				   const struct stats_report *report,
				   const char *word, size_t limit)
{
	const struct stats_by *by = stats_by_find(word);
	struct stats_rows rows = stats_report_rows(mem, report, by, limit);

	for (size_t i = 0; i < rows.count; i++) {
		/* Behind a row without weight none has any: they are sorted. */
		if (stats_row_weight(by, &rows.items[i]) == 0)
			return make_rows(by, rows.items, i, 0);
	}
	return rows;
}

struct stats_rows stats_report_time(TALLOC_CTX *mem,
				    const struct stats_report *report)
{
	const struct stats_series *hours = &report->stats->hours;

	if (hours->count == 0)
		return make_rows(&kinds[STATS_DAY], NULL, 0, 0);
	enum stats_step step = stats_step_for(
	    hours->rows[0].start_s, hours->rows[hours->count - 1].start_s);
	struct stats_series sparse = stats_series_fold(mem, hours, step);
	struct stats_series series = stats_series_filled(mem, &sparse);
	return make_rows(&kinds[step], series.rows, series.count, 0);
}

const char *stats_row_label(const struct stats_by *by,
			    const struct stats_row *row)
{
	if (row->name[0] != '\0')
		return row->name;
	if (by->is_time || by->key == STATS_BY_POLICY)
		return "no policy";
	if (row->tally.marked[STATS_OTHERS] == row->tally.messages)
		return "others";
	return row->tally.marked[STATS_OTHERS] == 0
		   ? "no readable author"
		   : "no readable author, or others";
}

const char *stats_report_span(TALLOC_CTX *mem,
			      const struct stats_report *report)
{
	const struct stats_series *hours = &report->stats->hours;

	if (hours->count == 0)
		return NULL;
	int64_t end_s =
	    stats_step_next(STATS_HOUR, hours->rows[hours->count - 1].start_s);
	return mem_printf(
	    mem, "%s to %s UTC",
	    stats_step_label(mem, STATS_HOUR, hours->rows[0].start_s),
	    stats_step_label(mem, STATS_HOUR, end_s));
}

/* ", 1.2 % came from ..."; nothing when there are none. */
static void add_share(TALLOC_CTX *mem, struct strbuf *words, int64_t part,
		      int64_t whole, const char *what)
{
	if (part > 0)
		strbuf_printf(words, ", %s %s", stats_share(mem, part, whole),
			      what);
}

static void add_failed(TALLOC_CTX *mem, struct strbuf *words,
		       const struct stats_tally *all)
{
	int64_t failed = all->by[STATS_RESULT][DMARC_RESULT_FAIL];
	int64_t refused = all->by[STATS_FAILED][DISPOSITION_REJECT];

	add_share(mem, words, failed, all->messages, "failed");
	if (failed == 0)
		strbuf_add_text(words, ", none failed");
	else if (refused == 0)
		strbuf_add_text(words, " (none was refused)");
	else
		strbuf_printf(words, " (%s refused)",
			      stats_share(mem, refused, all->messages));
}

const char *stats_report_words(TALLOC_CTX *mem,
			       const struct stats_report *report)
{
	const struct stats_tally *all = &report->stats->total;
	const int64_t *results = all->by[STATS_RESULT];
	struct strbuf words;

	strbuf_init(&words, mem, WORDS_MAX);
	if (all->messages == 0)
		return "Nothing is recorded for this period.";
	strbuf_printf(
	    &words, "Of %s message%s, %s passed",
	    stats_count(mem, all->messages), all->messages == 1 ? "" : "s",
	    stats_share(mem, results[DMARC_RESULT_PASS], all->messages));
	add_failed(mem, &words, all);
	add_share(mem, &words, results[DMARC_RESULT_NONE], all->messages,
		  "came from domains without a policy");
	add_share(mem, &words, results[DMARC_RESULT_TEMPERROR], all->messages,
		  "could not be judged since DNS did not answer");
	add_share(mem, &words, results[DMARC_RESULT_PERMERROR], all->messages,
		  "had no readable author or record");
	strbuf_add_text(&words, ".");
	if (all->marked[STATS_SPARED] > 0)
		strbuf_printf(&words,
			      " Monitor mode let in %s that enforce mode would "
			      "have refused, quarantined, tagged or deferred.",
			      stats_count(mem, all->marked[STATS_SPARED]));
	if (all->marked[STATS_OTHERS] > 0)
		strbuf_printf(&words,
			      " Of %s, named \"others\", the sender is not "
			      "known: they came past what is told apart in an "
			      "hour, or it was erased (alignctl privacy).",
			      stats_count(mem, all->marked[STATS_OTHERS]));
	if (report->stats->counted_incidents > 0)
		strbuf_printf(
		    &words,
		    " Up to %s were incidents that were only counted: "
		    "alignctl review lists them.",
		    stats_count(mem, report->stats->counted_incidents));
	return strbuf_text(&words);
}
