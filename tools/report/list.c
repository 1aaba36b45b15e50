/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * list.c - alignctl report list: the reports and where they went
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/print.h"
#include "tools/option.h"
#include "tools/report/actions.h"
#include "tools/report/shared.h"

struct list {
	struct store_reports *reports;
	bool is_json;
	size_t count;
	TALLOC_CTX *mem; /* of the report at hand */
	struct json *deliveries;
	struct error *err;
	bool has_failed;
};

static bool add_delivery(void *context, const struct store_delivery *delivery)
{
	struct list *list = context;

	json_add(list->deliveries, report_delivery_json(list->mem, delivery));
	return true;
}

static bool print_delivery(void *context, const struct store_delivery *delivery)
{
	const struct list *list = context;

	(void)printf(
	    "    %-12s  %s%s%s\n", store_delivery_state_text(delivery->state),
	    delivery->address, *delivery->reply == '\0' ? "" : ": ",
	    text_escape(list->mem, span_of(delivery->reply), 200, true));
	return true;
}

static bool print_json(struct list *list, const struct store_report *report)
{
	struct json *object = json_new_object(list->mem);
	char day[CLOCK_TEXT];

	list->deliveries = json_new_array(list->mem);
	json_put_text(object, "id", report->report_id);
	json_put_text(object, "day", report_day_text(report->begin_s, day));
	json_put_text(object, "policy_domain", report->policy_domain);
	json_put_text(object, "record", report->record);
	json_put_number(object, "part", report->part);
	json_put_number(object, "messages", report->messages);
	json_put_text(object, "state", report->state);
	report_put_text(object, "note", report->note);
	report_put_time(object, "created", report->created_s);
	report_put_time(object, "settled", report->settled_s);
	report_put_text(object, "file_name", report->file_name);
	if (!store_deliveries_list(list->reports, report->report_id,
				   add_delivery, list, list->err))
		return false;
	json_put(object, "destinations", list->deliveries);
	(void)printf("%s\n", json_text(list->mem, object));
	return true;
}

static bool print_words(struct list *list, const struct store_report *report)
{
	char day[CLOCK_TEXT];

	(void)printf("%s  %s  %-9s  %s, %" PRId64 " message%s%s%s\n",
		     report->report_id, report_day_text(report->begin_s, day),
		     report->state, report->policy_domain, report->messages,
		     report->messages == 1 ? "" : "s",
		     *report->note == '\0' ? "" : ": ", report->note);
	return store_deliveries_list(list->reports, report->report_id,
				     print_delivery, list, list->err);
}

static bool on_report(void *context, const struct store_report *report)
{
	struct list *list = context;

	list->mem = mem_context(NULL);
	list->has_failed = !(list->is_json ? print_json(list, report)
					   : print_words(list, report));
	mem_free(list->mem);
	list->count++;
	return !list->has_failed;
}

static int run(struct tool *tool)
{
	struct error err;
	struct list list = {.is_json = tool_has(tool, "--json"), .err = &err};
	struct store_report_filter filter = {.state =
						 tool_value(tool, "--state")};
	struct config *config;

	if (!tool_domain(tool, "--domain", &filter.policy_domain) ||
	    !report_read_day(tool, &filter.begin_s))
		return TOOL_BAD_USAGE;
	if (!report_open(tool, STORE_DB_READ, &config, &list.reports, &err) ||
	    !store_reports_list(list.reports, &filter, on_report, &list,
				&err) ||
	    list.has_failed)
		return tool_fail(&err);
	if (list.count == 0 && !list.is_json)
		(void)printf("no such reports in %s\n", config->store.sqlite);
	return TOOL_DONE;
}

static const char *const options[] = {"--day", "--domain", "--json", "--state",
				      NULL};

const struct tool_action report_action_list = {
    .name = "list",
    .options = options,
    .run = run,
};
