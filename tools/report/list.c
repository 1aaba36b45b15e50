/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * list.c - alignctl report list: the reports and where they went
 */
#include <inttypes.h>
#include <stdio.h>

#include "tools/option.h"
#include "tools/report/actions.h"
#include "tools/report/shared.h"
#include "tools/store.h"

struct list {
	struct store_reports *reports;
	enum show_form form;
	size_t count;
	struct error *err;
	bool has_failed;
};

static void put_report(struct show *show, const struct store_report *report)
{
	char day[CLOCK_TEXT];

	show_line(show, "%s  %s  %-9s  %s, %" PRId64 " message%s%s%s",
		  report->report_id, clock_day_text(report->begin_s, day),
		  report->state, report->policy_domain, report->messages,
		  report->messages == 1 ? "" : "s",
		  *report->note == '\0' ? "" : ": ", report->note);
	show_data(show, "id", value_text(report->report_id));
	show_data(show, "day", value_day(report->begin_s));
	show_data(show, "policy_domain", value_text(report->policy_domain));
	show_data(show, "record", value_text(report->record));
	show_data(show, "part", value_number(report->part));
	show_data(show, "messages", value_number(report->messages));
	show_data(show, "state", value_text(report->state));
	show_data(show, "note", value_given(report->note));
	show_data(show, "created", value_time_given(report->created_s));
	show_data(show, "settled", value_time_given(report->settled_s));
	show_data(show, "file_name", value_given(report->file_name));
}

static bool print_report(void *context, const struct store_report *report)
{
	struct list *list = context;
	struct show *show = show_new(NULL);

	put_report(show, report);
	list->has_failed = !report_put_deliveries(show, list->reports,
						  report->report_id, list->err);
	if (!list->has_failed)
		show_write(stdout, list->form, show);
	mem_free(show);
	list->count++;
	return !list->has_failed;
}

static int list_reports(struct tool *tool)
{
	struct error err;
	struct list list = {.form = tool_form(tool), .err = &err};
	struct store_report_filter filter = {.state =
						 tool_value(tool, "--state")};
	struct config *config;
	struct clock clock;

	if (!tool_domain(tool, "--domain", &filter.policy_domain) ||
	    !report_read_day(tool, &filter.begin_s))
		return TOOL_BAD_USAGE;
	if (!report_open(tool, STORE_DB_READ, &config, &list.reports, &clock,
			 &err) ||
	    !store_reports_list(list.reports, &filter, print_report, &list,
				&err) ||
	    list.has_failed)
		return tool_fail(&err);
	if (list.count == 0 && list.form == SHOW_TEXT &&
	    !tool_has(tool, "--quiet"))
		(void)printf("no such reports in %s\n",
			     tool_record_name(tool_fleet(tool, config),
					      config->store.sqlite));
	return TOOL_DONE;
}

static const char *const options[] = {
    "--day", "--domain", "--json", "--local", "--quiet", "--state", NULL};

const struct tool_action report_action_list = {
    .name = "list",
    .options = options,
    .run = list_reports,
};
