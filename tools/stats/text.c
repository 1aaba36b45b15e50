/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.c - alignctl stats for a terminal: figures with bars
 */
#include <stdio.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/stats/number.h"
#include "tools/print.h"
#include "tools/stats/print.h"

#define BAR_COLUMNS_MIN 10
#define NAME_COLUMNS_MIN 14
#define NAME_COLUMNS_MAX 40
/* What print_row() prints besides the name. */
#define FIGURE_COLUMNS (2 + 2 + 11 + 2 + 7 + 2 + 9 + 2 + 9)
#define LABEL_COLUMNS 27
#define TOP_ROWS 5 /* of each table in the overview */

/* Where it is printed. */
struct terminal {
	bool is_ascii;
	int width;
};

static void print_heading(const char *words)
{
	(void)printf("\n%s\n", words);
}

/* Eighths of a column where the terminal has them. What is not nothing shows
 * as something. */
static void print_bar(const struct terminal *terminal, int64_t part,
		      int64_t whole, int columns)
{
	static const char *const eighths[] = {"",  "▏", "▎", "▍",
					      "▌", "▋", "▊", "▉"};
	int64_t size = whole <= 0 ? 0
				  : (int64_t)((long double)part * columns * 8 /
					      (long double)whole);

	if (size == 0 && part > 0)
		size = 1;
	if (terminal->is_ascii)
		size = (size + 7) / 8 * 8;
	(void)printf("%s", size > 0 ? "  " : "");
	for (int64_t i = 0; i < size / 8; i++)
		(void)printf("%s", terminal->is_ascii ? "#" : "█");
	(void)printf("%s\n", eighths[size % 8]);
}

/* "  LABEL   12,345   96.1 %  ####" */
static void print_share(TALLOC_CTX *mem, const struct terminal *terminal,
			const char *label, int64_t part, int64_t whole)
{
	(void)printf("  %-*s  %13s  %7s", LABEL_COLUMNS, label,
		     stats_count(mem, part), stats_share(mem, part, whole));
	print_bar(terminal, part, whole,
		  terminal->width - (2 + LABEL_COLUMNS + 2 + 13 + 2 + 7 + 2));
}

/* Most messages first. */
static void print_dimension(TALLOC_CTX *mem, const struct terminal *terminal,
			    const char *heading, enum stats_dimension_id id,
			    const struct stats_tally *tally)
{
	const struct stats_dimension *dimension = &stats_dimensions[id];
	int64_t left[STATS_WORDS_MAX];

	memcpy(left, tally->by[id], sizeof left);
	print_heading(heading);
	for (size_t i = 0; i < dimension->count; i++) {
		size_t most = 0;
		for (size_t j = 1; j < dimension->count; j++)
			most = left[j] > left[most] ? j : most;
		if (left[most] <= 0)
			return;
		print_share(mem, terminal, dimension->words[most].label,
			    left[most], tally->messages);
		left[most] = 0;
	}
}

/* --- rows --- */

static const char *shown(TALLOC_CTX *mem, const struct stats_by *by,
			 const struct stats_row *row, int columns)
{
	return text_escape(mem, span_of(stats_row_label(by, row)),
			   (size_t)columns, true);
}

/* As wide as the widest name, as far as the terminal allows. */
static int name_columns(TALLOC_CTX *mem, const struct terminal *terminal,
			const struct stats_rows *rows)
{
	int room = terminal->width - FIGURE_COLUMNS;
	int widest = NAME_COLUMNS_MIN;

	if (room > NAME_COLUMNS_MAX)
		room = NAME_COLUMNS_MAX;
	for (size_t i = 0; i < rows->count; i++) {
		int length =
		    (int)strlen(shown(mem, rows->by, &rows->items[i], room));
		widest = length > widest ? length : widest;
	}
	return widest;
}

static void print_row(TALLOC_CTX *mem, const struct stats_by *by,
		      const struct stats_row *row, int columns)
{
	const struct stats_tally *tally = &row->tally;
	const int64_t *results = tally->by[STATS_RESULT];

	(void)printf(
	    "  %-*s  %11s  %7s  %9s  %9s", columns,
	    shown(mem, by, row, columns), stats_count(mem, tally->messages),
	    stats_share(mem, results[DMARC_RESULT_PASS], tally->messages),
	    stats_count(mem, results[DMARC_RESULT_FAIL]),
	    stats_count(mem, tally->by[STATS_APPLIED][DISPOSITION_REJECT]));
}

static void print_rows(TALLOC_CTX *mem, const struct terminal *terminal,
		       const struct stats_rows *rows)
{
	const struct stats_by *by = rows->by;
	int columns = name_columns(mem, terminal, rows);
	int bar = terminal->width - columns - FIGURE_COLUMNS - 2;

	(void)printf("  %-*s  %11s  %7s  %9s  %9s", columns, by->heading,
		     "messages", "passed", "failed", "refused");
	if (bar >= BAR_COLUMNS_MIN)
		(void)printf("  %s",
			     stats_by_is_failures(by) ? "failed" : "messages");
	(void)printf("\n");
	for (size_t i = 0; i < rows->count; i++) {
		const struct stats_row *row = &rows->items[i];
		print_row(mem, by, row, columns);
		if (bar < BAR_COLUMNS_MIN) {
			(void)printf("\n");
			continue;
		}
		print_bar(terminal, stats_row_weight(by, row), rows->most, bar);
	}
	if (rows->left_off > 0)
		(void)printf("  and %s more (--limit)\n",
			     stats_count(mem, (int64_t)rows->left_off));
}

static void print_top(TALLOC_CTX *mem, const struct stats_report *report,
		      const struct terminal *terminal, const char *heading,
		      const char *word)
{
	struct stats_rows rows = stats_report_top(mem, report, word, TOP_ROWS);

	if (rows.count == 0)
		return;
	print_heading(heading);
	print_rows(mem, terminal, &rows);
}

/* --- the overview --- */

static void print_overview(TALLOC_CTX *mem, const struct stats_report *report,
			   const struct terminal *terminal)
{
	const struct stats_tally *all = &report->stats->total;

	print_dimension(mem, terminal, "Result", STATS_RESULT, all);
	print_dimension(mem, terminal, "Published policy", STATS_POLICY, all);
	print_dimension(mem, terminal, "What was done", STATS_APPLIED, all);
	print_dimension(mem, terminal, "Transport", STATS_TLS, all);
	print_share(mem, terminal, "TLS 1.2 or newer",
		    stats_tally_modern_tls(all), all->messages);
	print_share(mem, terminal, "client's name confirmed",
		    all->marked[STATS_NAMED], all->messages);
	struct stats_rows time = stats_report_time(mem, report);
	print_heading("Over time");
	print_rows(mem, terminal, &time);
	print_top(mem, report, terminal, "Domains, most failures first",
		  "domain");
	print_top(mem, report, terminal, "Networks, most failures first",
		  "network");
	print_top(mem, report, terminal, "Exceptions from the policy",
		  "override");
}

/* --- all of it --- */

static void print_opening(TALLOC_CTX *mem, const struct stats_report *report,
			  const struct terminal *terminal)
{
	const char *span = stats_report_span(mem, report);
	const char *from = report->period.author_domain;

	(void)printf("%s, %s mode%s%s\n", report->host,
		     report->is_monitoring ? "monitor" : "enforce",
		     from == NULL ? "" : ", mail from ",
		     from == NULL ? "" : from);
	if (span != NULL)
		(void)printf("%s\n", span);
	(void)printf("\n");
	tool_print_wrapped(stats_report_words(mem, report), 0, terminal->width);
}

void stats_print_text(const struct stats_report *report, bool is_ascii,
		      size_t width)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct terminal terminal = {.is_ascii = is_ascii,
					  .width = (int)width};

	print_opening(mem, report, &terminal);
	if (report->stats->total.messages > 0 && report->by == NULL) {
		print_overview(mem, report, &terminal);
	} else if (report->stats->total.messages > 0) {
		struct stats_rows rows =
		    stats_report_rows(mem, report, report->by, report->limit);
		(void)printf("\n");
		if (rows.count > 0)
			print_rows(mem, &terminal, &rows);
		else
			(void)printf("none\n");
	}
	mem_free(mem);
}
