/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json.c - alignctl stats for programs: one object, or CSV
 */
#include <inttypes.h>
#include <stdio.h>

#include "lib/base/json.h"
#include "lib/base/text.h"
#include "lib/stats/number.h"
#include "tools/stats/print.h"

#define NAME_MAX_BYTES 1000

static struct json *dimension_json(TALLOC_CTX *mem, enum stats_dimension_id id,
				   const struct stats_tally *tally)
{
	const struct stats_dimension *dimension = &stats_dimensions[id];
	struct json *object = json_new_object(mem);

	for (size_t i = 0; i < dimension->count; i++)
		json_put_number(object, dimension->words[i].word,
				tally->by[id][i]);
	return object;
}

static void put_tally(TALLOC_CTX *mem, struct json *object,
		      const struct stats_tally *tally)
{
	json_put_number(object, "messages", tally->messages);
	for (size_t i = 0; i < STATS_DIMENSIONS; i++)
		json_put(
		    object, stats_dimensions[i].name,
		    dimension_json(mem, (enum stats_dimension_id)i, tally));
	for (size_t i = 0; i < STATS_MARKS; i++)
		json_put_number(object, stats_mark_names[i], tally->marked[i]);
}

static struct json *rows_json(TALLOC_CTX *mem,
			      const struct stats_report *report)
{
	struct json *array = json_new_array(mem);

	if (report->by == NULL)
		return array;
	struct stats_rows rows =
	    stats_report_rows(mem, report, report->by, report->limit);
	for (size_t i = 0; i < rows.count; i++) {
		const char *name = rows.items[i].name;
		struct json *row = json_new_object(mem);
		json_put_text(row, "key", name[0] == '\0' ? NULL : name);
		put_tally(mem, row, &rows.items[i].tally);
		json_add(array, row);
	}
	return array;
}

static void put_time(struct json *object, const char *key, int64_t time_s,
		     bool has_time)
{
	char text[CLOCK_TEXT];

	json_put_text(object, key, has_time ? clock_text(time_s, text) : NULL);
}

static void put_period(struct json *object, const struct stats_report *report)
{
	const struct stats_series *hours = &report->stats->hours;
	bool has_hours = hours->count > 0;
	int64_t first_s = has_hours ? hours->rows[0].start_s : 0;
	int64_t last_s = has_hours ? hours->rows[hours->count - 1].start_s : 0;

	put_time(object, "generated", report->generated_s, true);
	put_time(object, "since", report->period.since_s,
		 report->period.since_s != 0);
	put_time(object, "until", report->period.until_s,
		 report->period.until_s != 0);
	put_time(object, "first_hour", first_s, has_hours);
	put_time(object, "last_hour", last_s, has_hours);
}

void stats_print_json(const struct stats_report *report)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct json *object = json_new_object(mem);
	struct json *total = json_new_object(mem);

	json_put_text(object, "host", report->host);
	json_put_text(object, "mode",
		      report->is_monitoring ? "monitor" : "enforce");
	put_period(object, report);
	json_put_text(object, "from", report->period.author_domain);
	put_tally(mem, total, &report->stats->total);
	json_put(object, "total", total);
	json_put_text(object, "by",
		      report->by == NULL ? NULL : report->by->word);
	json_put(object, "rows", rows_json(mem, report));
	(void)printf("%s\n", json_text(mem, object));
	mem_free(mem);
}

/* --- CSV --- */

/* Quoted always. A spreadsheet takes "=", "+", "-" and "@" in front for a
 * formula, quotes or not: an apostrophe makes them text. */
static void print_name(TALLOC_CTX *mem, const char *name)
{
	const char *text =
	    text_escape(mem, span_of(name), NAME_MAX_BYTES, true);

	(void)printf("\"%s", text[0] == '=' || text[0] == '+' ||
				     text[0] == '-' || text[0] == '@'
				 ? "'"
				 : "");
	for (; *text != '\0'; text++)
		(void)printf(*text == '"' ? "\"\"" : "%c", *text);
	(void)printf("\"");
}

/* ",96.123": a share of the messages in percent. */
static void print_percent(int64_t part, int64_t whole)
{
	int64_t millis = stats_share_millis(part, whole);

	(void)printf(",%" PRId64 ".%03" PRId64, millis / 1000, millis % 1000);
}

static void print_row(TALLOC_CTX *mem, const struct stats_row *row)
{
	const struct stats_tally *tally = &row->tally;
	const int64_t *results = tally->by[STATS_RESULT];
	const int64_t *applied = tally->by[STATS_APPLIED];

	print_name(mem, row->name);
	(void)printf(",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64
		     ",%" PRId64,
		     tally->messages, results[DMARC_RESULT_PASS],
		     results[DMARC_RESULT_FAIL], results[DMARC_RESULT_NONE],
		     results[DMARC_RESULT_TEMPERROR],
		     results[DMARC_RESULT_PERMERROR]);
	(void)printf(",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64,
		     applied[DISPOSITION_REJECT],
		     applied[DISPOSITION_QUARANTINE], applied[DISPOSITION_TAG],
		     applied[DISPOSITION_TEMPFAIL]);
	(void)printf(",%" PRId64 ",%" PRId64, tally->marked[STATS_NAMED],
		     stats_tally_modern_tls(tally));
	print_percent(results[DMARC_RESULT_PASS], tally->messages);
	print_percent(tally->marked[STATS_NAMED], tally->messages);
	print_percent(stats_tally_modern_tls(tally), tally->messages);
	(void)printf("\r\n");
}

/* RFC 4180: lines end in CRLF. */
void stats_print_csv(const struct stats_report *report)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct stats_rows rows =
	    stats_report_rows(mem, report, report->by, report->limit);

	(void)printf("%s,messages,pass,fail,none,temperror,permerror,reject,"
		     "quarantine,tag,tempfail,client_named,tls12,"
		     "pass_percent,client_named_percent,tls12_percent\r\n",
		     report->by->word);
	for (size_t i = 0; i < rows.count; i++)
		print_row(mem, &rows.items[i]);
	mem_free(mem);
}
