/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c - alignctl override: the exceptions that are in force, and
 * whether a file of them is good
 *
 * Adding and removing are in override/change.c.
 */
#include "tools/override/command.h"

#include <stdio.h>

#include "lib/policy/override_show.h"
#include "tools/action.h"

static const struct tool_option options[] = {
    {.name = "--json"},
    {.name = "--expired"},
    {.name = "--name", .value = "NAME"},
    {.name = "--dkim", .value = "D", .is_repeatable = true},
    {.name = "--spf", .value = "D", .is_repeatable = true},
    {.name = "--host", .value = "H", .is_repeatable = true},
    {.name = "--network", .value = "NET", .is_repeatable = true},
    {.name = "--from", .value = "D", .is_repeatable = true},
    {.name = "--rcpt", .value = "ADDR", .is_repeatable = true},
    {.name = "--action", .value = "A"},
    {.name = "--reason", .value = "R"},
    {.name = "--owner", .value = "WHO"},
    {.name = "--why", .value = "TEXT"},
    {.name = "--until", .value = "DATE"},
    {.name = "--permanent"},
    {.name = "--unsafe"},
    {.name = "--unless-indirect"},
    {.name = "--new"},
    {.name = "--fleet"},
    {.name = "--expect", .value = "VERSION"},
    {.name = "--limit", .value = "N"},
    {.name = NULL},
};

/* --- list --- */

static void print_one(struct tool *tool, const struct override *item,
		      bool is_expired, const struct override_use *use)
{
	TALLOC_CTX *mem = mem_context(tool->mem);
	struct show *show = override_show(mem, item, is_expired);

	if (use != NULL)
		override_use_show(show, use);
	show_write(stdout, tool_form(tool), show);
	mem_free(mem);
}

void override_print(struct tool *tool, const struct override_set *set,
		    const struct override_use *uses)
{
	int64_t now_s = clock_now_s(&tool->clock);
	bool is_expired_only = tool_has(tool, "--expired");

	for (size_t i = 0; set != NULL && i < set->count; i++) {
		bool is_expired = override_is_expired(&set->items[i], now_s);
		if (is_expired || !is_expired_only)
			print_one(tool, &set->items[i], is_expired,
				  uses == NULL ? NULL : &uses[i]);
	}
}

static int print_list(struct tool *tool)
{
	struct config *config = NULL;
	struct error err;

	if (!tool_config(tool, &config, &err))
		return tool_fail(&err);
	if (tool_has(tool, "--fleet"))
		return override_fleet_list(tool, config);
	override_print(tool, config->overrides, NULL);
	return TOOL_DONE;
}

/* --- check --- */

static int print_checked(const struct tool *tool, const char *what,
			 const struct override_set *set)
{
	int64_t now_s = clock_now_s(&tool->clock);
	size_t expired = 0;

	for (size_t i = 0; i < set->count; i++) {
		const struct override *item = &set->items[i];
		char end[OVERRIDE_END_TEXT];
		if (!override_is_expired(item, now_s))
			continue;
		expired++;
		(void)printf("%s:%d: override \"%s\" ended with %s and no "
			     "longer applies\n",
			     item->path, item->line, item->name,
			     override_end_text(item, end));
	}
	(void)printf("%s: ok, %zu in force, %zu expired\n", what,
		     set->count - expired, expired);
	return TOOL_DONE;
}

/* "/etc/alignd/overrides.conf", the fleet's, or both. */
static const char *checked_text(TALLOC_CTX *mem, const struct config *config)
{
	if (config->overrides_path == NULL)
		return config->fleet_overrides_path;
	if (config->fleet_overrides_path == NULL)
		return config->overrides_path;
	return mem_printf(mem, "%s, %s", config->overrides_path,
			  config->fleet_overrides_path);
}

static int check_file(struct tool *tool)
{
	struct override_set *set = NULL;
	struct config *config = NULL;
	struct error err;

	if (tool->operands.count == 2) {
		const char *path = tool->operands.items[1];
		if (!override_load(tool->mem, path, &set, &err))
			return tool_fail(&err);
		return print_checked(tool, path, set);
	}
	if (!tool_config(tool, &config, &err))
		return tool_fail(&err);
	if (config->overrides != NULL)
		return print_checked(tool, checked_text(tool->mem, config),
				     config->overrides);
	(void)printf("no overrides file: %s is %s\n",
		     config->overrides_file == NULL ? "the setting overrides"
						    : config->overrides_file,
		     config->overrides_file == NULL ? "empty" : "absent");
	return TOOL_DONE;
}

/* --- the subcommand --- */

static const char *const of_list[] = {"--json", "--expired", "--fleet", NULL};
static const char *const of_propose[] = {"--json", "--owner", "--limit", NULL};
static const char *const of_add[] = {
    "--name", "--dkim",	 "--spf",	"--host",   "--network",
    "--from", "--rcpt",	 "--action",	"--reason", "--owner",
    "--why",  "--until", "--permanent", "--unsafe", "--unless-indirect",
    "--new",  "--fleet", "--expect",	NULL};
static const char *const of_remove[] = {"--fleet", "--expect", NULL};

static const struct tool_action *const actions[] = {
    &(const struct tool_action){"list", 0, 0, of_list, print_list},
    &(const struct tool_action){"check", 0, 1, NULL, check_file},
    &(const struct tool_action){"add", 0, 1, of_add, override_add},
    &(const struct tool_action){"remove", 0, 1, of_remove, override_remove},
    &(const struct tool_action){"propose", 0, 0, of_propose, override_propose},
    NULL,
};

static int run_override(struct tool *tool)
{
	return tool_run_action(tool, actions);
}

const struct command command_override = {
    .name = "override",
    .summary = "List, add, remove and propose overrides, or check a file.",
    .usage = "list [--fleet] [--json] [--expired] | check [FILE] | "
	     "remove [--fleet [--expect VERSION]] NAME\n"
	     "       alignctl override add --name NAME [--dkim D]... "
	     "[--spf D]... [--host H]... [--network NET]... [--from D]... "
	     "[--rcpt ADDR]... "
	     "[--action A] [--reason R] --owner WHO --why TEXT "
	     "(--until DATE | --permanent) [--unless-indirect] [--unsafe] "
	     "[--new | --fleet [--expect VERSION]]\n"
	     "       alignctl override propose [--owner WHO] [--limit N] "
	     "[--json]",
    .options = options,
    .run = run_override,
};
