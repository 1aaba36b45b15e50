/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preview.c - alignctl report preview: what a domain would be told
 *
 * The XML as it would be sent, to standard output: one document for each
 * report (a day, a record), one behind the other. Nothing is sent or noted
 * down; the report id is zero, since a report gets its own when it is made.
 */
#include <stdio.h>

#include "lib/base/domain.h"
#include "lib/report/make/aggregate.h"
#include "lib/report/make/aggregate_validate.h"
#include "lib/report/make/aggregate_xml.h"
#include "lib/store/store_report.h"
#include "tools/report/actions.h"
#include "tools/report/fleet.h"
#include "tools/report/summary.h"
#include "tools/store.h"
#include "tools/time.h"

#define NO_ID "00000000000000000000000000000000"

enum form { FORM_XML, FORM_JSON, FORM_TEXT };

struct preview {
	TALLOC_CTX *mem;
	enum form form;
	const char *policy_domain;
	struct report_settings settings;
	struct store_reader *reader;
	int64_t collected_until_s; /* days before that are reported */
	struct aggregate_validator *validator;
	struct aggregate_day *day; /* the open one */
	size_t reports;		   /* shown so far */
	bool is_valid;		   /* of the report at hand: all parts */
	struct error fault;	   /* of the first part that is not */
	bool has_failed;
	struct error err;
};

/* --- the document --- */

static bool on_bytes(void *context, const char *bytes, size_t length,
		     struct error *err)
{
	struct preview *preview = context;

	aggregate_validator_add(preview->validator, bytes, length);
	if (preview->form != FORM_XML ||
	    fwrite(bytes, 1, length, stdout) == length)
		return true;
	return error_set(err, ERROR_SYSTEM, "cannot write the report");
}

static bool on_end(void *context, size_t part, struct error *err)
{
	struct preview *preview = context;
	struct error fault;

	(void)part;
	(void)err;
	if (aggregate_validator_end(preview->validator, &fault))
		return true;
	if (preview->is_valid)
		preview->fault = fault;
	preview->is_valid = false;
	return true;
}

static void on_note(void *context, const char *words)
{
	(void)context;
	(void)fprintf(stderr, "alignctl: %s\n", words);
}

static bool render_report(struct preview *preview,
			  const struct aggregate_report *report,
			  struct aggregate_rendered *rendered)
{
	const struct aggregate_sink sink = {
	    .write = on_bytes, .end = on_end, .context = preview};
	const struct aggregate_notes notes = {.said = on_note};

	preview->is_valid = true;
	return aggregate_render(preview->day, report, &preview->settings, NO_ID,
				&sink, &notes, rendered, &preview->err);
}

/* --- the summary --- */

static bool print_summary(struct preview *preview,
			  const struct aggregate_report *report,
			  const struct aggregate_rendered *rendered)
{
	bool is_text = preview->form == FORM_TEXT;
	struct show *show = show_new(NULL);

	report_put_summary(show, report, rendered);
	show_data(show, "fault",
		  value_text(preview->is_valid ? NULL : preview->fault.words));
	bool ok = !is_text || report_say_largest(show, preview->day, report,
						 rendered->rows, &preview->err);
	if (ok)
		show_write(stdout, is_text ? SHOW_TEXT : SHOW_JSON, show);
	mem_free(show);
	return ok;
}

/* --- which reports --- */

static bool on_report(void *context, const struct aggregate_report *report)
{
	struct preview *preview = context;
	struct aggregate_rendered rendered;

	preview->has_failed = !render_report(preview, report, &rendered) ||
			      (preview->form != FORM_XML &&
			       !print_summary(preview, report, &rendered));
	if (preview->has_failed)
		return false;
	preview->reports++;
	preview->has_failed = !preview->is_valid;
	if (preview->has_failed)
		preview->err = preview->fault;
	return !preview->has_failed;
}

static bool print_day(struct preview *preview, int64_t day_s)
{
	bool ok =
	    aggregate_open(preview->mem, preview->reader, day_s,
			   preview->policy_domain, &preview->day,
			   &preview->err) &&
	    aggregate_list(preview->day, on_report, preview, &preview->err) &&
	    !preview->has_failed;

	mem_free(preview->day);
	preview->day = NULL;
	return ok;
}

struct days {
	int64_t *items;
	size_t count;
};

static bool on_day(void *context, int64_t day_s)
{
	struct days *days = context;

	days->items =
	    heap_resized(days->items, sizeof *days->items, days->count + 1);
	days->items[days->count++] = day_s;
	return true;
}

/* The days first: opening one asks the same reader. */
static bool print_all_days(struct preview *preview)
{
	struct days days = {.count = 0};
	bool ok = aggregate_days(preview->reader, preview->policy_domain,
				 on_day, &days, &preview->err);

	for (size_t i = 0; ok && i < days.count; i++)
		if (days.items[i] >= preview->collected_until_s)
			ok = print_day(preview, days.items[i]);
	heap_free(days.items);
	return ok;
}

/* --- the action --- */

static bool open_records(struct tool *tool, const struct config *config,
			 struct store_reader **reader,
			 struct store_reports **reports, struct error *err)
{
	const char *conninfo = report_fleet_people(tool, config);
	const char *path = config->store.sqlite;
	struct report_fleet *fleet;

	if (conninfo == NULL)
		return tool_store_reader(tool, path, reader, err) &&
		       tool_store_reports(tool, path, STORE_DB_READ, reports,
					  err);
	if (!report_fleet_open(tool, conninfo, STORE_DB_READ, &fleet, err))
		return false;
	*reader = fleet->reader;
	*reports = fleet->reports;
	return true;
}

static bool prepare_preview(struct tool *tool, struct preview *preview,
			    const struct config *config)
{
	struct store_reports *reports;
	struct store_run run;

	preview->settings = config->report;
	/* What a configuration without report settings would say of itself. */
	if (*preview->settings.from == '\0')
		preview->settings.from =
		    mem_printf(preview->mem, "postmaster@%s",
			       config_authserv_id(preview->mem, config));
	preview->validator = aggregate_validator_new(
	    tool->mem, (enum report_schema)config->report.schema);
	if (!open_records(tool, config, &preview->reader, &reports,
			  &preview->err) ||
	    !store_run_get(tool->mem, reports, &run, &preview->err))
		return false;
	preview->collected_until_s = run.collected_until_s;
	return true;
}

static bool print_wanted(struct tool *tool, struct preview *preview,
			 int64_t day_s)
{
	bool is_one_day = tool_has(tool, "--day");
	struct config *config;
	char day[CLOCK_TEXT];

	if (!tool_config(tool, &config, &preview->err) ||
	    !prepare_preview(tool, preview, config))
		return false;
	if (!(is_one_day ? print_day(preview, day_s) : print_all_days(preview)))
		return false;
	if (preview->reports > 0)
		return true;
	return error_set(
	    &preview->err, ERROR_INPUT,
	    "nothing to report to %s%s%s in %.100s: no message "
	    "came under a record of that policy domain that has a "
	    "valid rua",
	    preview->policy_domain, is_one_day ? " on " : "",
	    is_one_day ? clock_day_text(day_s, day) : "",
	    tool_record_name(tool_fleet(tool, config), config->store.sqlite));
}

static bool read_form(struct tool *tool, enum form *form)
{
	static const char *const names[] = {[FORM_XML] = "--xml",
					    [FORM_JSON] = "--json",
					    [FORM_TEXT] = "--text"};
	size_t given = 0;

	*form = FORM_XML;
	for (int i = 0; i <= FORM_TEXT; i++) {
		if (!tool_has(tool, names[i]))
			continue;
		*form = (enum form)i;
		given++;
	}
	if (given <= 1)
		return true;
	(void)tool_usage(tool, "report preview: one of --xml, --json and "
			       "--text at most");
	return false;
}

static int run_preview(struct tool *tool)
{
	struct preview preview = {.mem = tool->mem};
	const char *domain = tool->operands.items[1];
	int64_t day_s = 0;

	if (!read_form(tool, &preview.form) ||
	    !tool_time(tool, "--day", clock_now_s(&tool->clock), &day_s))
		return TOOL_BAD_USAGE;
	preview.policy_domain = domain_normalize(tool->mem, span_of(domain));
	if (preview.policy_domain == NULL)
		return tool_usage(
		    tool, "report preview: \"%s\" is no domain name",
		    text_escape(tool->mem, span_of(domain), 60, true));
	return print_wanted(tool, &preview, aggregate_day_of(day_s))
		   ? TOOL_DONE
		   : tool_fail(&preview.err);
}

static const char *const options[] = {"--day",	"--json", "--local",
				      "--text", "--xml",  NULL};

const struct tool_action report_action_preview = {
    .name = "preview",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .run = run_preview,
};
