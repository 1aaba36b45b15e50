/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c - alignctl override: the exceptions that are in force, and
 * whether a file of them is good
 *
 * Adding and removing are in override/change.c.
 */
#include "tools/override/command.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "tools/print.h"

#define FIRST_OF_ADD 2

static const struct tool_option options[] = {
    {"--json", NULL, false},
    {"--expired", NULL, false},
    /* FIRST_OF_ADD */
    {"--name", "NAME", false},
    {"--dkim", "D", true},
    {"--spf", "D", true},
    {"--host", "H", true},
    {"--network", "NET", true},
    {"--from", "D", true},
    {"--action", "A", false},
    {"--reason", "R", false},
    {"--owner", "WHO", false},
    {"--why", "TEXT", false},
    {"--until", "DATE", false},
    {"--permanent", NULL, false},
    {"--unsafe", NULL, false},
    {"--unless-indirect", NULL, false},
    {NULL, NULL, false},
};

/* --- list --- */

static struct json *list_json(TALLOC_CTX *mem, const struct text_list *list)
{
	struct json *array = json_new_array(mem);

	for (size_t i = 0; i < list->count; i++)
		json_add_text(array, list->items[i]);
	return array;
}

static void print_json(TALLOC_CTX *mem, const struct override *item,
		       bool is_expired)
{
	struct json *object = json_new_object(mem);
	char end[OVERRIDE_END_TEXT];
	bool is_permanent = item->end_s == OVERRIDE_PERMANENT;

	json_put_text(object, "name", item->name);
	json_put_number(object, "line", item->line);
	for (int kind = 0; kind < OVERRIDE_KINDS; kind++)
		json_put(object, override_kind_text((enum override_kind)kind),
			 list_json(mem, &item->scope[kind]));
	json_put_text(object, "action", override_action_text(item->action));
	json_put_text(object, "reason", override_type_text(item->reason));
	json_put_flag(object, "unless_indirect", item->is_unless_indirect);
	json_put_flag(object, "unsafe", item->is_unsafe);
	json_put_text(object, "until",
		      is_permanent ? NULL : override_end_text(item, end));
	json_put_flag(object, "expired", is_expired);
	json_put_text(object, "owner", item->owner);
	json_put_text(object, "why", item->why);
	(void)printf("%s\n", json_text(mem, object));
}

static void print_scope(TALLOC_CTX *mem, const struct override *item)
{
	for (int kind = 0; kind < OVERRIDE_KINDS; kind++) {
		const struct text_list *names = &item->scope[kind];
		struct strbuf text;
		strbuf_init(&text, mem, LIMIT_OVERRIDES_BYTES);
		for (size_t i = 0; i < names->count; i++)
			strbuf_printf(&text, "%s%s", i == 0 ? "" : ", ",
				      names->items[i]);
		if (names->count > 0)
			tool_print_member(
			    override_kind_text((enum override_kind)kind),
			    strbuf_text(&text));
	}
}

static void print_words(TALLOC_CTX *mem, const struct override *item,
			bool is_expired)
{
	char end[OVERRIDE_END_TEXT];

	(void)printf("%s%s\n", text_escape(mem, span_of(item->name), 400, true),
		     is_expired ? " (expired)" : "");
	tool_print_words(mem, "action", "%s, reported as %s%s",
			 override_action_text(item->action),
			 override_type_text(item->reason),
			 item->is_unless_indirect ? ", unless indirect mail"
						  : "");
	print_scope(mem, item);
	tool_print_words(mem, "until", "%s%s", override_end_text(item, end),
			 item->is_unsafe ? ", unsafe" : "");
	tool_print_member("owner", item->owner);
	tool_print_member("why", item->why);
}

static int list(struct tool *tool)
{
	struct config *config = NULL;
	struct error err;
	int64_t now_s = clock_now_s(&tool->clock);
	bool is_json = tool_has(tool, "--json");
	bool is_expired_only = tool_has(tool, "--expired");

	if (!tool_config(tool, &config, &err))
		return tool_fail(&err);
	const struct override_set *set = config->overrides;
	for (size_t i = 0; set != NULL && i < set->count; i++) {
		TALLOC_CTX *mem = mem_context(tool->mem);
		bool is_expired = override_is_expired(&set->items[i], now_s);
		if (is_json && (is_expired || !is_expired_only))
			print_json(mem, &set->items[i], is_expired);
		else if (is_expired || !is_expired_only)
			print_words(mem, &set->items[i], is_expired);
		mem_free(mem);
	}
	return TOOL_DONE;
}

/* --- check --- */

static int print_checked(const struct tool *tool, const char *path,
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
			     path, item->line, item->name,
			     override_end_text(item, end));
	}
	(void)printf("%s: ok, %zu in force, %zu expired\n", path,
		     set->count - expired, expired);
	return TOOL_DONE;
}

static int check(struct tool *tool)
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
		return print_checked(tool, config->overrides_path,
				     config->overrides);
	(void)printf("no overrides file\n");
	return TOOL_DONE;
}

/* --- the subcommand --- */

static const struct {
	const char *name;
	size_t operands_max; /* behind the name */
	int (*run)(struct tool *tool);
} actions[] = {
    {"list", 0, list},
    {"check", 1, check},
    {"add", 0, override_add},
    {"remove", 1, override_remove},
};

/* Those of adding, given with another action. */
static const char *misplaced(const struct tool *tool, const char *action)
{
	if (strcmp(action, "add") == 0)
		return NULL;
	for (size_t i = FIRST_OF_ADD; options[i].name != NULL; i++) {
		if (tool_has(tool, options[i].name))
			return options[i].name;
	}
	return NULL;
}

static int run_action(struct tool *tool, size_t at)
{
	const struct text_list *operands = &tool->operands;
	const char *option = misplaced(tool, actions[at].name);

	if (operands->count - 1 > actions[at].operands_max)
		return tool_usage(tool, "override %s: one operand too many: %s",
				  actions[at].name,
				  operands->items[operands->count - 1]);
	if (option != NULL)
		return tool_usage(tool, "%s is not for override %s", option,
				  actions[at].name);
	return actions[at].run(tool);
}

static int run(struct tool *tool)
{
	const struct text_list *operands = &tool->operands;

	if (operands->count == 0)
		return tool_usage(tool, "override: what to do is missing");
	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
		if (strcmp(actions[i].name, operands->items[0]) == 0)
			return run_action(tool, i);
	}
	return tool_usage(
	    tool,
	    "override: %s is not known (allowed: list, check, "
	    "add, remove)",
	    text_escape(tool->mem, span_of(operands->items[0]), 60, true));
}

const struct command command_override = {
    .name = "override",
    .summary = "List, add and remove overrides, or check a file of them.",
    .usage = "list [--json] [--expired] | check [FILE] | remove NAME\n"
	     "       alignctl override add --name NAME [--dkim D]... "
	     "[--spf D]... [--host H]... [--network NET]... [--from D]... "
	     "[--action A] [--reason R] --owner WHO --why TEXT "
	     "(--until DATE | --permanent) [--unless-indirect] [--unsafe]",
    .options = options,
    .run = run,
};
