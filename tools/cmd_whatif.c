/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_whatif.c - alignctl whatif: recorded mail under a new configuration
 *
 * Reads the store beside a running daemon and asks no DNS. --config names the
 * new configuration here; the one in force is a --config before it, or the
 * file at the usual place. With --defaults it is one file, over the defaults of
 * a release and over today's; with --set one file, and the same with settings
 * over it.
 */
#include "tools/tool.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/app/past_defaults.h"
#include "lib/app/whatif_report.h"
#include "tools/option.h"
#include "tools/store.h"
#include "tools/time.h"

#define LIMIT_DEFAULT 20 /* lines: the lists fit a screen */
#define LIMIT_MAX 100000

static const struct tool_option own_options[] = {
    {.name = "--config", .value = "NEW", .is_repeatable = true},
    {.name = "--defaults", .value = "VERSION"},
    {.name = "--set", .value = "NAME=VALUE", .is_repeatable = true},
    {.name = "--since", .value = "T"},
    {.name = "--until", .value = "T"},
    {.name = "--overrides", .value = "FILE"},
    {.name = "--limit", .value = "N"},
    {.name = "--json"},
    {.name = "--quiet"},
    {.name = NULL},
};

/* --defaults; true without it. */
static bool read_defaults(struct tool *tool, struct whatif_report *report)
{
	struct error err;

	report->defaults = tool_value(tool, "--defaults");
	if (report->defaults == NULL ||
	    past_defaults_place(report->defaults, &report->defaults_place,
				&err))
		return true;
	(void)tool_usage(tool, "--defaults: %s", err.words);
	return false;
}

static bool read_arguments(struct tool *tool, struct whatif_report *report,
			   long *limit)
{
	int64_t now_s = clock_now_s(&tool->clock);
	struct text_list files = tool_values(tool, "--config");
	const char *words = NULL;

	if (!read_defaults(tool, report))
		return false;
	report->set = tool_values(tool, "--set");
	bool is_one = report->defaults != NULL || report->set.count > 0;
	if (tool->operands.count > 0)
		words = "whatif: takes no operands";
	else if (report->defaults != NULL && files.count > 1)
		words = "whatif: --defaults asks about one --config";
	else if (!is_one && files.count == 0)
		words = "whatif: --config NEW is missing, or --set NAME=VALUE, "
			"or --defaults VERSION";
	else if (files.count > 2)
		words = "--config: given more than twice (the configuration in "
			"force, then the new one)";
	if (words != NULL) {
		(void)tool_usage(tool, "%s", words);
		return false;
	}
	report->new.path =
	    files.count == 0 ? NULL : files.items[files.count - 1];
	report->running.path =
	    files.count == 2 || (files.count == 1 && report->set.count > 0)
		? files.items[0]
		: NULL;
	return tool_time(tool, "--since", now_s, &report->since_s) &&
	       tool_time(tool, "--until", now_s, &report->until_s) &&
	       tool_limit(tool, LIMIT_MAX, limit);
}

static bool is_profile(const char *given)
{
	return strncmp(given, "profile=", strlen("profile=")) == 0;
}

/* --set, one after the other, or the profile alone. */
static bool set_some(const struct whatif_report *report, struct config *config,
		     bool is_for_profile, struct error *err)
{
	for (size_t i = 0; i < report->set.count; i++) {
		const char *given = report->set.items[i];
		if (is_profile(given) != is_for_profile)
			continue;
		const char *mark = strchr(given, '=');
		if (mark == NULL)
			return error_set(err, ERROR_USAGE,
					 "--set: \"%.60s\" is no NAME=VALUE "
					 "(allowed: such as "
					 "policy.on_own=reject)",
					 given);
		char *name = mem_strndup(config, given, (size_t)(mark - given));
		if (!config_set(config, name, mark + 1, err))
			return error_wrap(err, "--set");
	}
	return true;
}

/* What is given goes before a profile's defaults, wherever it stands. */
static bool set_all(const struct whatif_report *report, struct config *config,
		    struct error *err)
{
	return set_some(report, config, true, err) &&
	       set_some(report, config, false, err);
}

static bool load_new(struct tool *tool, struct whatif_report *report,
		     struct error *err)
{
	const char *overrides = tool_value(tool, "--overrides");
	struct config *config;

	if (!config_load(tool->mem, report->new.path, &config, err))
		return false;
	if (report->new.path == NULL)
		report->new.path = CONFIG_PATH;
	report->new.config = config;
	if (!set_all(report, config, err))
		return false;
	if (overrides == NULL)
		return true;
	config->overrides_file = overrides;
	return config_load_overrides(config, overrides, err);
}

/* One that was named must be good; one at the usual place is a courtesy. */
static bool load_running(struct tool *tool, struct whatif_report *report,
			 struct error *err)
{
	struct whatif_config *running = &report->running;
	bool is_named = running->path != NULL;
	struct config *config = NULL;
	struct error inner;

	if (!is_named)
		running->path = CONFIG_PATH;
	if (!is_named && access(running->path, F_OK) != 0) {
		report->running_problem =
		    "no " CONFIG_PATH "; alignctl --config RUNNING whatif "
		    "--config NEW names it";
		return true;
	}
	if (config_load(tool->mem, running->path, &config, &inner)) {
		running->config = config;
		return true;
	}
	report->running_problem = mem_strdup(tool->mem, inner.words);
	if (is_named)
		*err = inner;
	return !is_named;
}

/* The same file over the defaults of a release. */
static bool load_past(struct tool *tool, struct whatif_report *report,
		      struct error *err)
{
	const char *file = tool_value(tool, "--config");
	struct config *config;

	if (!config_load_past(tool->mem, file, report->defaults_place, &config,
			      err))
		return false;
	config->overrides_path = report->new.config->overrides_path;
	config->fleet_overrides_path = report->new.config->fleet_overrides_path;
	config->overrides = report->new.config->overrides;
	report->running = (struct whatif_config){report->new.path, config};
	return true;
}

/* That of the daemon, where it is known for sure. */
static const struct config *store_config(const struct tool *tool,
					 const struct whatif_report *report)
{
	bool is_named = tool_values(tool, "--config").count == 2;

	return is_named ? report->running.config : report->new.config;
}

static bool fill_report(struct tool *tool, struct whatif_report *report,
			long limit, struct error *err)
{
	struct store_reader *reader;

	if (!load_new(tool, report, err) ||
	    !(report->defaults == NULL ? load_running(tool, report, err)
				       : load_past(tool, report, err)))
		return false;
	const struct config *config = store_config(tool, report);
	const char *fleet = tool_fleet(tool, config);
	report->store = tool_record_name(fleet, config->store.sqlite);
	return tool_record_reader(tool, fleet, config->store.sqlite, &reader,
				  err) &&
	       whatif_report_fill(tool->mem, reader, clock_now_s(&tool->clock),
				  limit, report, err);
}

static int run_whatif(struct tool *tool)
{
	struct whatif_report report = {.since_s = 0};
	long limit = LIMIT_DEFAULT;
	struct error err;

	if (!read_arguments(tool, &report, &limit))
		return TOOL_BAD_USAGE;
	if (!fill_report(tool, &report, limit, &err))
		return tool_fail(&err);
	if (report.counts.changed > 0 || report.gap_count > 0 ||
	    !tool_has(tool, "--quiet"))
		show_write(stdout, tool_form(tool),
			   whatif_show(tool->mem, &report));
	if (tool_fleet(tool, store_config(tool, &report)) != NULL &&
	    tool_form(tool) == SHOW_TEXT && !tool_has(tool, "--quiet"))
		(void)puts(TOOL_FLEET_HOUR);
	return TOOL_DONE;
}

const struct command command_whatif = {
    .name = "whatif",
    .summary = "What a new configuration would have made of recorded mail.",
    .usage = "--config NEW | --set NAME=VALUE | --defaults VERSION "
	     "[--since T] [--until T] [--overrides FILE] [--limit N] [--json] "
	     "[--quiet]",
    .options = own_options,
    .run = run_whatif,
};
