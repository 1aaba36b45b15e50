/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * write_text.c - a report for a terminal: figures with bars
 */
#include "lib/stats/write.h"

#include <string.h>

#include "lib/base/text.h"
#include "lib/show/people.h"
#include "lib/stats/number.h"

#define BAR_COLUMNS_MIN 10
#define NAME_COLUMNS_MIN 14
#define NAME_COLUMNS_MAX 40
/* What write_line() writes besides the name. */
#define FIGURE_COLUMNS (2 + 2 + 11 + 2 + 7 + 2 + 9 + 2 + 9)
#define LABEL_COLUMNS 27
#define TOP_ROWS 5 /* of each table in the overview */

/* Where it is written. */
struct terminal {
	FILE *file;
	TALLOC_CTX *mem;
	bool is_ascii;
	int width;
};

/* Eighths of a column where the terminal has them. What is not nothing shows
 * as something. */
static void write_bar(const struct terminal *terminal, int64_t part,
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
	(void)fprintf(terminal->file, "%s", size > 0 ? "  " : "");
	for (int64_t i = 0; i < size / 8; i++)
		(void)fputs(terminal->is_ascii ? "#" : "█", terminal->file);
	(void)fprintf(terminal->file, "%s\n", eighths[size % 8]);
}

/* "  LABEL   12,345   96.1 %  ####" */
static void write_share(const struct terminal *terminal, const char *label,
			int64_t part, int64_t whole)
{
	(void)fprintf(terminal->file, "  %-*s  %13s  %7s", LABEL_COLUMNS, label,
		      stats_count(terminal->mem, part),
		      stats_share(terminal->mem, part, whole));
	write_bar(terminal, part, whole,
		  terminal->width - (2 + LABEL_COLUMNS + 2 + 13 + 2 + 7 + 2));
}

/* Most messages first. */
static void write_dimension(const struct terminal *terminal,
			    const char *heading, enum stats_dimension_id id,
			    const struct stats_tally *tally)
{
	const struct stats_dimension *dimension = &stats_dimensions[id];
	int64_t left[STATS_WORDS_MAX];

	memcpy(left, tally->by[id], sizeof left);
	(void)fprintf(terminal->file, "\n%s\n", heading);
	for (size_t i = 0; i < dimension->count; i++) {
		size_t most = 0;
		for (size_t j = 1; j < dimension->count; j++)
			most = left[j] > left[most] ? j : most;
		if (left[most] <= 0)
			return;
		write_share(terminal, dimension->words[most].label, left[most],
			    tally->messages);
		left[most] = 0;
	}
}

/* --- rows --- */

static const char *shown(const struct terminal *terminal,
			 const struct stats_rows *rows, size_t row, int columns)
{
	const char *label = stats_row_label(rows->by, &rows->items[row]);

	return text_escape(terminal->mem, span_of(label), (size_t)columns,
			   true);
}

/* As wide as the widest name, as far as the terminal allows. */
static int name_columns(const struct terminal *terminal,
			const struct stats_rows *rows)
{
	int room = terminal->width - FIGURE_COLUMNS;
	int widest = NAME_COLUMNS_MIN;

	if (room > NAME_COLUMNS_MAX)
		room = NAME_COLUMNS_MAX;
	for (size_t i = 0; i < rows->count; i++) {
		int length = (int)strlen(shown(terminal, rows, i, room));
		widest = length > widest ? length : widest;
	}
	return widest;
}

static void write_line(const struct terminal *terminal, int columns,
		       const char *const cells[5])
{
	(void)fprintf(terminal->file, "  %-*s  %11s  %7s  %9s  %9s", columns,
		      cells[0], cells[1], cells[2], cells[3], cells[4]);
}

static void write_rows(const struct terminal *terminal,
		       const struct stats_rows *rows)
{
	const struct stats_by *by = rows->by;
	int columns = name_columns(terminal, rows);
	int bar = terminal->width - columns - FIGURE_COLUMNS - 2;
	const char *const titles[] = {by->heading, "messages", "passed",
				      "failed", "refused"};
	TALLOC_CTX *mem = terminal->mem;

	write_line(terminal, columns, titles);
	(void)fprintf(terminal->file, "%s\n",
		      bar < BAR_COLUMNS_MIN	 ? ""
		      : stats_by_is_failures(by) ? "  failed"
						 : "  messages");
	for (size_t i = 0; i < rows->count; i++) {
		const struct stats_tally *all = &rows->items[i].tally;
		const int64_t *results = all->by[STATS_RESULT];
		const char *const cells[] = {
		    shown(terminal, rows, i, columns),
		    stats_count(mem, all->messages),
		    stats_share(mem, results[DMARC_RESULT_PASS], all->messages),
		    stats_count(mem, results[DMARC_RESULT_FAIL]),
		    stats_count(mem,
				all->by[STATS_APPLIED][DISPOSITION_REJECT])};
		write_line(terminal, columns, cells);
		if (bar < BAR_COLUMNS_MIN)
			(void)fprintf(terminal->file, "\n");
		else
			write_bar(terminal,
				  stats_row_weight(by, &rows->items[i]),
				  rows->most, bar);
	}
	if (rows->left_off > 0)
		(void)fprintf(terminal->file, "  and %s more (--limit)\n",
			      stats_count(mem, (int64_t)rows->left_off));
}

/* --- the overview --- */

static void write_overview(const struct terminal *terminal,
			   const struct stats_report *report)
{
	static const char *const tops[][2] = {
	    {"domain", "Domains, most failures first"},
	    {"network", "Networks, most failures first"},
	    {"override", "Exceptions from the policy"},
	};
	const struct stats_tally *all = &report->stats->total;
	struct stats_rows time = stats_report_time(terminal->mem, report);

	write_dimension(terminal, "Result", STATS_RESULT, all);
	write_dimension(terminal, "Published policy", STATS_POLICY, all);
	write_dimension(terminal, "What was done", STATS_APPLIED, all);
	write_dimension(terminal, "Transport", STATS_TLS, all);
	write_share(terminal, "TLS 1.2 or newer", stats_tally_modern_tls(all),
		    all->messages);
	write_share(terminal, "client's name confirmed",
		    all->marked[STATS_NAMED], all->messages);
	(void)fprintf(terminal->file, "\nOver time\n");
	write_rows(terminal, &time);
	for (size_t i = 0; i < sizeof tops / sizeof tops[0]; i++) {
		struct stats_rows rows = stats_report_top(terminal->mem, report,
							  tops[i][0], TOP_ROWS);
		if (rows.count == 0)
			continue;
		(void)fprintf(terminal->file, "\n%s\n", tops[i][1]);
		write_rows(terminal, &rows);
	}
}

/* --- all of it --- */

static void write_opening(const struct terminal *terminal,
			  const struct stats_report *report)
{
	const char *span = stats_report_span(terminal->mem, report);
	const char *from = report->period.author_domain;

	if (report->host == NULL)
		(void)fprintf(terminal->file, "host and mode not known");
	else
		(void)fprintf(terminal->file, "%s, %s mode", report->host,
			      report->mode);
	(void)fprintf(terminal->file, "%s%s\n",
		      from == NULL ? "" : ", mail from ",
		      from == NULL ? "" : from);
	if (span != NULL)
		(void)fprintf(terminal->file, "%s\n", span);
	(void)fprintf(terminal->file, "\n");
	people_wrapped(terminal->file,
		       stats_report_words(terminal->mem, report), 0,
		       terminal->width);
}

void stats_write_text(FILE *file, const struct stats_report *report,
		      bool is_ascii, int width)
{
	const struct terminal terminal = {file, mem_context(NULL), is_ascii,
					  width};

	write_opening(&terminal, report);
	if (report->stats->total.messages > 0 && report->by == NULL) {
		write_overview(&terminal, report);
	} else if (report->stats->total.messages > 0) {
		struct stats_rows rows = stats_report_rows(
		    terminal.mem, report, report->by, report->limit);
		(void)fprintf(file, "\n");
		if (rows.count > 0)
			write_rows(&terminal, &rows);
		else
			(void)fprintf(file, "none\n");
	}
	mem_free(terminal.mem);
}
