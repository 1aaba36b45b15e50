/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tool.c - the command line of alignctl, and its faults
 * Tested by test_alignctl_check.
 */
#include "tools/tool.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/spelling.h"

#define USAGE_WIDTH 79
#define USAGE_INDENT "           " /* below what a form begins with */

#define EPOCH_MAX 253402300799 /* the end of the year 9999 */
#define SHOWN_MAX 60
#define OPERATOR_MAX 64

static const struct tool_option common_options[] = {
    {.name = "--config", .value = "FILE"},
    {.name = "--dns", .value = "ZONEFILE"},
    {.name = "--resolver", .value = "ADDR[@PORT]"},
    {.name = "--now", .value = "EPOCH"},
    {.name = "--local"},
    {.name = "--help"},
    {.name = "--version"},
    {.name = NULL},
};

/* --- faults --- */

/* Where the line goes on below: at the last blank outside of brackets within
 * its width, else the first behind it. NULL: it fits, or has no such blank. */
static char *find_fold(char *line)
{
	char *fold = NULL;
	int depth = 0;
	size_t at = 0;

	for (; line[at] != '\0' && line[at] != '\n'; at++) {
		if (at >= USAGE_WIDTH && fold != NULL)
			return fold;
		depth += line[at] == '[' || line[at] == '(';
		depth -= line[at] == ']' || line[at] == ')';
		if (line[at] == ' ' && depth == 0 && at > strlen(USAGE_INDENT))
			fold = &line[at];
	}
	return at > USAGE_WIDTH ? fold : NULL;
}

/* In lines that a terminal shows whole. */
static const char *wrapped(TALLOC_CTX *mem, const char *usage)
{
	char *text = mem_strdup(mem, usage);
	char *line = text;

	while (line != NULL) {
		char *fold = find_fold(line);
		if (fold == NULL) {
			line = strchr(line, '\n');
			line = line == NULL ? NULL : line + 1;
			continue;
		}
		*fold = '\0';
		size_t at = strlen(text) + 1;
		text =
		    mem_printf(mem, "%s\n" USAGE_INDENT "%s", text, fold + 1);
		line = &text[at];
	}
	return text;
}

const char *tool_usage_line(const struct tool *tool)
{
	const struct command *command = tool->command;

	if (command == NULL)
		return "usage: alignctl [--config FILE] [--dns ZONEFILE] "
		       "[--resolver ADDR[@PORT]] [--now EPOCH] "
		       "[--local] [--help] [--version] SUBCOMMAND ...";
	return wrapped(tool->mem, mem_printf(tool->mem, "usage: alignctl %s %s",
					     command->name, command->usage));
}

int tool_usage(const struct tool *tool, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)fprintf(
	    stderr, "alignctl: %s\n%s\n",
	    text_printable(tool->mem, mem_vprintf(tool->mem, format, args)),
	    tool_usage_line(tool));
	va_end(args);
	return TOOL_BAD_USAGE;
}

int tool_status_of(enum error_kind kind)
{
	switch (kind) {
	case ERROR_NONE:
		return TOOL_DONE;
	case ERROR_USAGE:
		return TOOL_BAD_USAGE;
	case ERROR_CONFIG:
		return TOOL_BAD_CONFIG;
	case ERROR_STORE:
		return TOOL_BAD_STORE;
	case ERROR_DNS:
		return TOOL_BAD_DNS;
	case ERROR_INPUT:
	case ERROR_SYSTEM:
		break;
	}
	return TOOL_BAD_INPUT;
}

/* Words name files, and who made a file may have chosen its name. */
int tool_fail(const struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)fprintf(stderr, "alignctl: %s\n",
		      text_printable(mem, err->words));
	mem_free(mem);
	return err->kind == ERROR_NONE ? TOOL_BAD_INPUT
				       : tool_status_of(err->kind);
}

static const char *shown(const struct tool *tool, const char *argument)
{
	return text_escape(tool->mem, span_of(argument), SHOWN_MAX, true);
}

/* --- options --- */

/* The option whose name is all of `name`, or NULL. */
static const struct tool_option *find_in(const struct tool_option *options,
					 struct span name)
{
	for (; options != NULL && options->name != NULL; options++) {
		if (span_equals(name, options->name))
			return options;
	}
	return NULL;
}

static const struct tool_option *find_option(const struct tool *tool,
					     struct span name)
{
	const struct tool_option *option = NULL;

	/* Its own first: one may mean more by a common name (whatif's
	 * --config). */
	if (tool->command != NULL)
		option = find_in(tool->command->options, name);
	return option != NULL ? option : find_in(common_options, name);
}

static void offer_options(struct spelling *spelling,
			  const struct tool_option *options)
{
	for (; options != NULL && options->name != NULL; options++)
		spelling_offer(spelling, options->name);
}

static int unknown_option(const struct tool *tool, const char *argument)
{
	struct spelling spelling;

	spelling_init(&spelling, argument);
	offer_options(&spelling, common_options);
	if (tool->command != NULL)
		offer_options(&spelling, tool->command->options);
	if (spelling.nearest == NULL)
		return tool_usage(tool, "%s: unknown option",
				  shown(tool, argument));
	return tool_usage(tool, "%s: unknown option (did you mean %s?)",
			  shown(tool, argument), spelling.nearest);
}

bool tool_has(const struct tool *tool, const char *option)
{
	return tool_values(tool, option).count > 0;
}

const char *tool_value(const struct tool *tool, const char *option)
{
	struct text_list values = tool_values(tool, option);

	return values.count == 0 ? NULL : values.items[values.count - 1];
}

enum show_form tool_form(const struct tool *tool)
{
	if (tool_has(tool, "--json"))
		return SHOW_JSON;
	return tool_has(tool, "--csv") ? SHOW_CSV : SHOW_TEXT;
}

struct text_list tool_values(const struct tool *tool, const char *option)
{
	struct text_list values = {
	    .items = mem_array(tool->mem, const char *, tool->given_count)};

	for (size_t i = 0; i < tool->given_count; i++) {
		if (strcmp(tool->given[i].option->name, option) == 0)
			values.items[values.count++] = tool->given[i].value;
	}
	return values;
}

/* The arguments as they are read, one after another. */
struct arguments {
	char **next;
	char **end;
};

static bool is_optional_value(const struct arguments *arguments)
{
	return arguments->next < arguments->end && **arguments->next != '-' &&
	       strchr(*arguments->next, '.') == NULL;
}

/* Finds the value: "--dns FILE" or "--dns=FILE". */
static int take_option(struct tool *tool, struct arguments *arguments,
		       const char *argument)
{
	struct span name;
	struct span value;
	bool has_value = span_cut(span_of(argument), '=', &name, &value);
	const struct tool_option *option = find_option(tool, name);
	struct tool_given given = {.option = option};

	if (option == NULL)
		return unknown_option(tool, argument);
	if (!option->is_repeatable && tool_has(tool, option->name))
		return tool_usage(tool, "%s: given twice", option->name);
	if (option->value == NULL && has_value)
		return tool_usage(tool, "%s: takes no value (found %s)",
				  option->name, shown(tool, value.data));
	if (option->value != NULL && has_value)
		given.value = value.data;
	else if (option->is_value_optional && !is_optional_value(arguments))
		given.value = NULL;
	else if (option->value != NULL && arguments->next < arguments->end)
		given.value = *arguments->next++;
	else if (option->value != NULL)
		return tool_usage(tool, "%s: %s is missing", option->name,
				  option->value);
	tool->given[tool->given_count++] = given;
	return TOOL_DONE;
}

static int take_command(struct tool *tool, const char *argument)
{
	struct spelling spelling;

	spelling_init(&spelling, argument);
	for (size_t i = 0; tool_commands[i] != NULL; i++) {
		if (strcmp(tool_commands[i]->name, argument) == 0) {
			tool->command = tool_commands[i];
			return TOOL_DONE;
		}
		spelling_offer(&spelling, tool_commands[i]->name);
	}
	if (spelling.nearest == NULL)
		return tool_usage(tool, "%s: unknown subcommand",
				  shown(tool, argument));
	return tool_usage(tool, "%s: unknown subcommand (did you mean %s?)",
			  shown(tool, argument), spelling.nearest);
}

static int take_operand(struct tool *tool, const char *argument)
{
	if (tool->command == NULL)
		return take_command(tool, argument);
	tool->operands.items[tool->operands.count++] = argument;
	return TOOL_DONE;
}

static int take_arguments(struct tool *tool, struct arguments *arguments)
{
	bool is_option_allowed = true;
	int status = TOOL_DONE;

	while (status == TOOL_DONE && arguments->next < arguments->end) {
		const char *argument = *arguments->next++;
		if (is_option_allowed && strcmp(argument, "--") == 0)
			is_option_allowed = false;
		else if (is_option_allowed && argument[0] == '-' &&
			 argument[1] != '\0') /* "-" is standard input */
			status = take_option(tool, arguments, argument);
		else
			status = take_operand(tool, argument);
	}
	return status;
}

static int take_common(struct tool *tool)
{
	const char *now = tool_value(tool, "--now");
	int64_t epoch;

	tool->config_path = tool_value(tool, "--config");
	if (now == NULL)
		return TOOL_DONE;
	if (!text_number64(span_of(now), 0, EPOCH_MAX, &epoch))
		return tool_usage(tool,
				  "--now: %s is no time (allowed: seconds "
				  "since 1970, 0 to 253402300799)",
				  shown(tool, now));
	tool->clock = clock_fixed(epoch);
	return TOOL_DONE;
}

int tool_read_arguments(struct tool *tool, int argc, char **argv)
{
	size_t count = argc > 0 ? (size_t)argc : 0;
	struct arguments arguments = {.next = argv + (count > 0 ? 1 : 0),
				      .end = argv + count};

	tool->clock = *clock_system();
	tool->given = mem_array(tool->mem, struct tool_given, count);
	tool->operands.items = mem_array(tool->mem, const char *, count);
	int status = take_arguments(tool, &arguments);
	if (status == TOOL_DONE)
		status = take_common(tool);
	if (status != TOOL_DONE || tool->command != NULL ||
	    tool_has(tool, "--help") || tool_has(tool, "--version"))
		return status;
	return tool_usage(tool, "a subcommand is missing");
}

/* --- who acts --- */

const char *tool_operator(TALLOC_CTX *mem)
{
	const char *name = getenv("SUDO_USER");

	if (name == NULL || *name == '\0')
		name = getenv("USER");
	return name == NULL || *name == '\0'
		   ? mem_printf(mem, "uid %ld", (long)getuid())
		   : text_escape(mem, span_of(name), OPERATOR_MAX, true);
}

/* --- configuration --- */

static bool override(struct tool *tool, struct config *config,
		     const char *option, const char *setting, struct error *err)
{
	const char *value = tool_value(tool, option);
	struct error inner;

	if (value == NULL || settings_set(config, config_sections, setting,
					  value, config, &inner))
		return true;
	return error_set(err, ERROR_USAGE, "%s: %s", option, inner.words);
}

bool tool_config(struct tool *tool, struct config **config, struct error *err)
{
	struct config *loaded = NULL;

	if (!config_load(tool->mem, tool->config_path, &loaded, err) ||
	    !override(tool, loaded, "--resolver", "dns.servers", err) ||
	    !override(tool, loaded, "--dns", "dns.fixture", err))
		return false;
	*config = loaded;
	return true;
}
