/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_stats.c - alignctl stats: the counters of the store, added up
 *
 * What is asked for, and in which form; lib/stats has what is said.
 */
#include "tools/tool.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/stats/write.h"
#include "tools/option.h"
#include "tools/page.h"
#include "tools/store.h"
#include "tools/known_store.h"
#include "tools/time.h"

#define WIDTH_DEFAULT 80
#define WIDTH_MIN 72 /* a row of figures without its bar */
#define WIDTH_MAX 120
#define ROWS_DEFAULT 20
#define PAGE_ROWS_DEFAULT 10
#define ROWS_MAX 100000

static const struct tool_option own_options[] = {
    {.name = "--since", .value = "T"},
    {.name = "--until", .value = "T"},
    {.name = "--from", .value = "D"},
    {.name = "--by", .value = "KEY"},
    {.name = "--limit", .value = "N"},
    {.name = "--json"},
    {.name = "--csv"},
    {.name = "--html", .value = "FILE"},
    {.name = "--ascii"},
    {.name = "--quiet"},
    KNOWN_STORE_OPTION,
    {.name = NULL},
};

/* --- what is asked for --- */

static int read_times(struct tool *tool, struct stats_report *report)
{
	struct store_period *period = &report->period;

	report->generated_s = clock_now_s(&tool->clock);
	if (!tool_time(tool, "--since", report->generated_s,
		       &period->since_s) ||
	    !tool_time(tool, "--until", report->generated_s, &period->until_s))
		return TOOL_BAD_USAGE;
	if (tool_has(tool, "--since") && tool_has(tool, "--until") &&
	    period->since_s >= period->until_s)
		return tool_usage(tool, "--until: must be later than --since");
	return TOOL_DONE;
}

static const char *escaped(struct tool *tool, const char *text)
{
	return text_escape(tool->mem, span_of(text), 60, true);
}

static int read_by(struct tool *tool, struct stats_report *report)
{
	const char *text = tool_value(tool, "--by");

	/* What a yearly report wants to draw from. */
	if (text == NULL && tool_has(tool, "--csv"))
		text = "month";
	if (text == NULL)
		return TOOL_DONE;
	report->by = stats_by_find(text);
	return report->by != NULL
		   ? TOOL_DONE
		   : tool_usage(tool, "--by: \"%s\" (allowed: %s)",
				escaped(tool, text), stats_by_words(tool->mem));
}

/* A year has all its days unless told otherwise; tables are cut. */
static bool read_limit(struct tool *tool, struct stats_report *report)
{
	long limit = tool_has(tool, "--html") ? PAGE_ROWS_DEFAULT
		     : report->by != NULL && report->by->is_time ? ROWS_MAX
								 : ROWS_DEFAULT;

	if (!tool_limit(tool, ROWS_MAX, &limit))
		return false;
	report->limit = (size_t)limit;
	return true;
}

static int read_form(struct tool *tool)
{
	int forms = tool_has(tool, "--json") + tool_has(tool, "--csv") +
		    tool_has(tool, "--html");

	if (tool->operands.count > 0)
		return tool_usage(tool, "stats: takes no operand");
	if (forms > 1)
		return tool_usage(tool,
				  "--json, --csv, --html: one of them at most");
	if (tool_has(tool, "--html") && tool_has(tool, "--by"))
		return tool_usage(tool, "--by: not with --html, whose page has "
					"all of it");
	return TOOL_DONE;
}

static bool read_request(struct tool *tool, struct stats_report *report)
{
	return read_form(tool) == TOOL_DONE &&
	       read_times(tool, report) == TOOL_DONE &&
	       tool_domain(tool, "--from", &report->period.author_domain) &&
	       read_by(tool, report) == TOOL_DONE && read_limit(tool, report);
}

/* --- the forms --- */

static int terminal_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	long width = WIDTH_DEFAULT;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		width = size.ws_col;
	else if (columns != NULL)
		(void)text_number(span_of(columns), 1, 10000, &width);
	if (width < WIDTH_MIN)
		width = WIDTH_MIN;
	return (int)(width > WIDTH_MAX ? WIDTH_MAX : width);
}

static bool is_ascii(const struct tool *tool)
{
	if (tool_has(tool, "--ascii") || setlocale(LC_CTYPE, "") == NULL)
		return true;
	return strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

static bool write_page(struct tool *tool, const struct stats_report *report,
		       struct error *err)
{
	struct strbuf page;

	tool_page_begin(tool, &page);
	stats_write_page(report, &page);
	return tool_page_write(tool, &page, "give a smaller --limit", err);
}

static bool write_form(struct tool *tool, const struct stats_report *report,
		       struct error *err)
{
	if (tool_has(tool, "--html"))
		return write_page(tool, report, err);
	if (tool_has(tool, "--quiet") && report->stats->total.messages == 0)
		return true;
	if (tool_has(tool, "--json"))
		stats_write_json(stdout, report);
	else if (tool_has(tool, "--csv"))
		stats_write_csv(stdout, report);
	else
		stats_write_text(stdout, report, is_ascii(tool),
				 terminal_width());
	return true;
}

/* --- the run --- */

/* The overview of --json is the sums alone. */
static void choose_tables(const struct stats_report *report, bool is_json,
			  bool wants[STATS_KEYS])
{
	if (report->by == NULL && is_json)
		return;
	if (report->by == NULL) {
		wants[STATS_BY_DOMAIN] = true;
		wants[STATS_BY_NETWORK] = true;
		wants[STATS_BY_OVERRIDE] = true;
	} else if (!report->by->is_time) {
		wants[report->by->key] = true;
	}
}

static bool tell_period(struct tool *tool, struct stats_report *report,
			struct error *err)
{
	struct stats_request request = {.period = report->period,
					.limit = report->limit};
	struct known_store place;
	struct store_reader *reader;
	struct stats *stats;

	choose_tables(report, tool_has(tool, "--json"), request.wants);
	if (!tool_known_store(tool, "authserv_id, mode", &place, err) ||
	    !tool_record_reader(tool, place.fleet, place.path, &reader, err) ||
	    !stats_collect(tool->mem, reader, &request, &stats, err))
		return false;
	if (place.config != NULL) {
		report->host = config_authserv_id(tool->mem, place.config);
		report->mode = config_mode_text(place.config->daemon.mode);
	}
	report->stats = stats;
	if (!write_form(tool, report, err))
		return false;
	if (place.fleet != NULL && tool_form(tool) == SHOW_TEXT &&
	    !tool_has(tool, "--html") && !tool_has(tool, "--quiet"))
		(void)puts(TOOL_FLEET_HOUR);
	return true;
}

static int run_stats(struct tool *tool)
{
	struct stats_report report = {.by = NULL};
	struct error err;

	if (!read_request(tool, &report))
		return TOOL_BAD_USAGE;
	if (!tell_period(tool, &report, &err))
		return tool_fail(&err);
	return TOOL_DONE;
}

const struct command command_stats = {
    .name = "stats",
    .summary = "how much passed, failed and was refused; as a page with --html",
    .usage = "[--since T] [--until T] [--from D] [--by KEY] [--limit N] "
	     "[--json|--csv|--html FILE] [--ascii] [--quiet] "
	     "[--store FILE]",
    .options = own_options,
    .run = run_stats,
};
