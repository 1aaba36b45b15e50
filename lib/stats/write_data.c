/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * write_data.c - a report for programs: one object, or CSV
 *
 * Keys are always there, null where there is nothing: alignctl(8) documents
 * them, tests/tools/stats.schema.json holds them to that.
 */
#include "lib/stats/write.h"

#include <inttypes.h>

#include "lib/base/text.h"
#include "lib/show/csv.h"
#include "lib/show/show.h"
#include "lib/stats/number.h"

#define NAME_MAX_BYTES 1000

/* --- JSON --- */

void stats_put_tally(struct show *object, const struct stats_tally *tally)
{
	json_put_number(object->json, "messages", tally->messages);
	for (size_t i = 0; i < STATS_DIMENSIONS; i++) {
		const struct stats_dimension *dimension = &stats_dimensions[i];
		struct show *part = show_object(object, dimension->name);
		for (size_t j = 0; j < dimension->count; j++)
			json_put_number(part->json, dimension->words[j].word,
					tally->by[i][j]);
	}
	for (size_t i = 0; i < STATS_MARKS; i++)
		json_put_number(object->json, stats_mark_names[i],
				tally->marked[i]);
}

static void put_rows(struct show *list, const struct stats_report *report)
{
	if (report->by == NULL)
		return;
	struct stats_rows rows =
	    stats_report_rows(list, report, report->by, report->limit);
	for (size_t i = 0; i < rows.count; i++) {
		struct show *row = show_add(list);
		show_data(row, "key", value_given(rows.items[i].name));
		stats_put_tally(row, &rows.items[i].tally);
		mem_free(row);
	}
}

static void put_hour(struct show *show, const char *key,
		     const struct stats_series *hours, size_t hour)
{
	show_data(show, key,
		  hours->count == 0 ? value_none()
				    : value_time(hours->rows[hour].start_s));
}

void stats_write_json(FILE *file, const struct stats_report *report)
{
	struct show *show = show_new(NULL);
	const struct stats_series *hours = &report->stats->hours;

	show_data(show, "host", value_text(report->host));
	show_data(show, "mode", value_text(report->mode));
	show_data(show, "generated", value_time(report->generated_s));
	show_data(show, "since", value_time_given(report->period.since_s));
	show_data(show, "until", value_time_given(report->period.until_s));
	put_hour(show, "first_hour", hours, 0);
	put_hour(show, "last_hour", hours, hours->count - 1);
	show_data(show, "from", value_text(report->period.author_domain));
	stats_put_tally(show_object(show, "total"), &report->stats->total);
	show_data(show, "counted_incidents",
		  value_number(report->stats->counted_incidents));
	show_data(show, "by",
		  value_text(report->by == NULL ? NULL : report->by->word));
	put_rows(show_list(show, "rows"), report);
	show_write(file, SHOW_JSON, show);
	mem_free(show);
}

/* --- CSV --- */

/* Counts with a column of their own. */
static const struct {
	const char *title;
	enum stats_dimension_id dimension;
	int place;
} counts[] = {
    {"pass", STATS_RESULT, DMARC_RESULT_PASS},
    {"fail", STATS_RESULT, DMARC_RESULT_FAIL},
    {"none", STATS_RESULT, DMARC_RESULT_NONE},
    {"temperror", STATS_RESULT, DMARC_RESULT_TEMPERROR},
    {"permerror", STATS_RESULT, DMARC_RESULT_PERMERROR},
    {"reject", STATS_APPLIED, DISPOSITION_REJECT},
    {"quarantine", STATS_APPLIED, DISPOSITION_QUARANTINE},
    {"tag", STATS_APPLIED, DISPOSITION_TAG},
    {"tempfail", STATS_APPLIED, DISPOSITION_TEMPFAIL},
};

#define COUNTS (sizeof counts / sizeof counts[0])

/* "96.123": a share of the messages in percent. */
static void add_percent(TALLOC_CTX *mem, struct csv_row *csv, int64_t part,
			int64_t whole)
{
	int64_t millis = stats_share_millis(part, whole);

	csv_add(csv, value_text(mem_printf(mem, "%" PRId64 ".%03" PRId64,
					   millis / 1000, millis % 1000)));
}

static void write_row(TALLOC_CTX *mem, struct csv_row *csv,
		      const struct stats_row *row)
{
	const struct stats_tally *tally = &row->tally;
	const int64_t shares[] = {tally->by[STATS_RESULT][DMARC_RESULT_PASS],
				  tally->marked[STATS_NAMED],
				  stats_tally_modern_tls(tally)};

	csv_add_quoted(
	    csv, text_escape(mem, span_of(row->name), NAME_MAX_BYTES, true));
	csv_add(csv, value_number(tally->messages));
	for (size_t i = 0; i < COUNTS; i++)
		csv_add(csv,
			value_number(
			    tally->by[counts[i].dimension][counts[i].place]));
	csv_add(csv, value_number(shares[1]));
	csv_add(csv, value_number(shares[2]));
	for (size_t i = 0; i < 3; i++)
		add_percent(mem, csv, shares[i], tally->messages);
	csv_add(csv, value_number(tally->marked[STATS_OTHERS]));
	csv_end(csv);
}

void stats_write_csv(FILE *file, const struct stats_report *report)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct csv_row csv = {.file = file};
	struct stats_rows rows =
	    stats_report_rows(mem, report, report->by, report->limit);
	static const char *const last[] = {
	    "client_named",	    "tls12",	     "pass_percent",
	    "client_named_percent", "tls12_percent", "others"};

	csv_add(&csv, value_text(report->by->word));
	csv_add(&csv, value_text("messages"));
	for (size_t i = 0; i < COUNTS; i++)
		csv_add(&csv, value_text(counts[i].title));
	for (size_t i = 0; i < sizeof last / sizeof last[0]; i++)
		csv_add(&csv, value_text(last[i]));
	csv_end(&csv);
	for (size_t i = 0; i < rows.count; i++)
		write_row(mem, &csv, &rows.items[i]);
	mem_free(mem);
}
