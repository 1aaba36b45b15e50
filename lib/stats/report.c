/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.c - what alignctl stats shows, whatever the form
 */
#include "lib/stats/report.h"

#include <string.h>

#include "lib/stats/number.h"

#define WORDS_MAX 2000

static const struct stats_by kinds[] = {
    {.word = "day", .heading = "day (UTC)", .is_time = true, .step = STATS_DAY},
    {.word = "month",
     .heading = "month (UTC)",
     .is_time = true,
     .step = STATS_MONTH},
    {.word = "domain", .heading = "author domain", .key = STATS_BY_DOMAIN},
    {.word = "ip", .heading = "client", .key = STATS_BY_IP},
    {.word = "network", .heading = "network", .key = STATS_BY_NETWORK},
    {.word = "policy", .heading = "policy", .key = STATS_BY_POLICY},
    {.word = "override", .heading = "override", .key = STATS_BY_OVERRIDE},
};

#define KINDS (sizeof kinds / sizeof kinds[0])

const struct stats_by *stats_by_find(const char *word)
{
	for (size_t i = 0; i < KINDS; i++) {
		if (strcmp(kinds[i].word, word) == 0)
			return &kinds[i];
	}
	return NULL;
}

const char *stats_by_words(TALLOC_CTX *mem)
{
	struct strbuf words;

	strbuf_init(&words, mem, WORDS_MAX);
	for (size_t i = 0; i < KINDS; i++)
		strbuf_printf(&words, "%s%s", i == 0 ? "" : ", ",
			      kinds[i].word);
	return strbuf_text(&words);
}

static struct stats_rows time_rows(TALLOC_CTX *mem,
				   const struct stats_report *report,
				   enum stats_step step, size_t limit)
{
	struct stats_series series =
	    stats_series_fold(mem, &report->stats->hours, step);
	size_t count = series.count < limit ? series.count : limit;
	struct stats_rows rows = {
	    .count = count,
	    .items = mem_array(mem, struct stats_row, count),
	    .left_off = series.count - count,
	};

	for (size_t i = 0; i < count; i++) {
		const struct stats_point *point =
		    &series.points[rows.left_off + i];
		rows.items[i].name =
		    stats_step_label(mem, step, point->start_s);
		rows.items[i].tally = point->tally;
	}
	return rows;
}

struct stats_rows stats_report_rows(TALLOC_CTX *mem,
				    const struct stats_report *report,
				    const struct stats_by *by, size_t limit)
{
	if (by->is_time)
		return time_rows(mem, report, by->step, limit);
	struct stats_table *table = report->stats->tables[by->key];
	size_t count = table->kept < limit ? table->kept : limit;
	return (struct stats_rows){
	    .count = count,
	    .items = table->rows,
	    .left_off = table->count - count,
	};
}

bool stats_by_is_failures(const struct stats_by *by)
{
	return !by->is_time && stats_key_is_by_failures(by->key);
}

int64_t stats_row_weight(const struct stats_by *by, const struct stats_row *row)
{
	return stats_by_is_failures(by)
		   ? row->tally.by[STATS_RESULT][RESULT_FAIL]
		   : row->tally.messages;
}

int64_t stats_rows_heaviest(const struct stats_by *by,
			    const struct stats_rows *rows)
{
	int64_t most = 0;

	for (size_t i = 0; i < rows->count; i++) {
		int64_t weight = stats_row_weight(by, &rows->items[i]);
		most = weight > most ? weight : most;
	}
	return most;
}

void stats_rows_cut(const struct stats_by *by, struct stats_rows *rows)
{
	size_t kept = 0;

	while (kept < rows->count &&
	       stats_row_weight(by, &rows->items[kept]) > 0)
		kept++;
	/* Behind a row without weight none has any: they are sorted. */
	if (kept < rows->count)
		rows->left_off = 0;
	rows->count = kept;
}

const char *stats_row_label(const struct stats_by *by,
			    const struct stats_row *row)
{
	if (row->name[0] != '\0')
		return row->name;
	if (by->is_time || by->key == STATS_BY_POLICY)
		return "no policy";
	return by->key == STATS_BY_DOMAIN ? "no readable author" : "unknown";
}

const char *stats_report_span(TALLOC_CTX *mem,
			      const struct stats_report *report)
{
	const struct stats_series *hours = &report->stats->hours;

	if (hours->count == 0)
		return NULL;
	int64_t end_s = stats_step_next(
	    STATS_HOUR, hours->points[hours->count - 1].start_s);
	return mem_printf(
	    mem, "%s to %s UTC",
	    stats_step_label(mem, STATS_HOUR, hours->points[0].start_s),
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
	int64_t failed = all->by[STATS_RESULT][RESULT_FAIL];
	int64_t refused = all->by[STATS_FAILED][APPLIED_REJECT];

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
	strbuf_printf(&words, "Of %s message%s, %s passed",
		      stats_count(mem, all->messages),
		      all->messages == 1 ? "" : "s",
		      stats_share(mem, results[RESULT_PASS], all->messages));
	add_failed(mem, &words, all);
	add_share(mem, &words, results[RESULT_NONE], all->messages,
		  "came from domains without a policy");
	add_share(mem, &words, results[RESULT_TEMPERROR], all->messages,
		  "could not be judged since DNS did not answer");
	add_share(mem, &words, results[RESULT_PERMERROR], all->messages,
		  "had no readable author or record");
	strbuf_add_text(&words, ".");
	if (all->marked[STATS_SPARED] > 0)
		strbuf_printf(&words,
			      " Monitor mode let in %s that enforce mode would "
			      "have refused, quarantined, tagged or deferred.",
			      stats_count(mem, all->marked[STATS_SPARED]));
	return strbuf_text(&words);
}

struct stats_series stats_report_series(TALLOC_CTX *mem,
					const struct stats_report *report)
{
	const struct stats_series *hours = &report->stats->hours;

	if (hours->count == 0)
		return (struct stats_series){.step = STATS_DAY};
	struct stats_series sparse = stats_series_fold(
	    mem, hours,
	    stats_step_for(hours->points[0].start_s,
			   hours->points[hours->count - 1].start_s));
	return stats_series_filled(mem, &sparse);
}
