/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * change.c - alignctl override add and remove
 *
 * What a setting may be is said in its row (lib/policy/override_rows.c); here
 * each has an option of its name.
 */
#include "tools/override/command.h"

#include "tools/override/add.h"

/* An option and the setting it gives. */
struct given {
	const char *option;
	const char *setting;
};

static const struct given texts[] = {
    {"--dkim", "dkim"},	      {"--spf", "spf"},	      {"--host", "host"},
    {"--network", "network"}, {"--from", "from"},     {"--rcpt", "rcpt"},
    {"--action", "action"},   {"--reason", "reason"}, {"--owner", "owner"},
    {"--why", "why"},	      {"--until", "until"},
};

static const struct given flags[] = {
    {"--permanent", "permanent"},
    {"--unsafe", "unsafe"},
    {"--unless-indirect", "unless_indirect"},
};

static bool fill_draft(const struct tool *tool, struct override_draft *draft,
		       struct error *err)
{
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct text_list values = tool_values(tool, texts[i].option);
		for (size_t k = 0; k < values.count; k++) {
			if (!override_draft_set(draft, texts[i].setting,
						values.items[k], err))
				return false;
		}
	}
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
		if (tool_has(tool, flags[i].option) &&
		    !override_draft_set(draft, flags[i].setting, "yes", err))
			return false;
	}
	return true;
}

int override_add(struct tool *tool)
{
	const char *name = tool_value(tool, "--name");
	struct config *config;
	struct error err;

	if (tool->operands.count > 1)
		return tool_usage(tool, "override add: the name goes with "
					"--name");
	if (name == NULL || !text_is_line(span_of(name)))
		return tool_usage(tool, "override add: --name is missing, or "
					"is not one line of UTF-8 text");
	struct override_draft *draft = override_draft_new(tool->mem, name);
	if (!fill_draft(tool, draft, &err) || !tool_config(tool, &config, &err))
		return tool_fail(&err);
	if (tool_has(tool, "--fleet"))
		return override_fleet_add(tool, config, draft);
	if (!tool_override_add(tool, config, draft, &err))
		return tool_fail(&err);
	return TOOL_DONE;
}

int override_remove(struct tool *tool)
{
	struct config *config;
	struct error err;

	if (tool->operands.count < 2)
		return tool_usage(tool, "override remove: NAME is missing");
	const char *name = tool->operands.items[1];
	if (!tool_config(tool, &config, &err))
		return tool_fail(&err);
	if (tool_has(tool, "--fleet"))
		return override_fleet_remove(tool, config, name);
	if (!tool_override_remove(tool, config, name, &err))
		return tool_fail(&err);
	return TOOL_DONE;
}
