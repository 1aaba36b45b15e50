/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aside.c - alignctl inbox aside: one item that was set aside, to look at
 *
 * What it holds is a stranger's: on a terminal nothing but printable ASCII
 * comes of it, elsewhere its bytes as they are.
 * Tested by test_alignctl_inbox.
 */
#include <stdio.h>
#include <unistd.h>

#include "lib/base/limits.h"
#include "lib/show/show.h"
#include "lib/store/store_inbox_read.h"
#include "tools/inbox/actions.h"

static const char *const options[] = {"--json", NULL};

struct looking {
	struct tool *tool;
	bool is_found;
};

static void write_lines(TALLOC_CTX *mem, struct span bytes)
{
	struct span line;

	while (bytes.length > 0) {
		(void)span_cut(bytes, '\n', &line, &bytes);
		(void)printf("%s\n",
			     text_escape(mem, span_trim(line),
					 LIMIT_INBOX_ASIDE_BYTES, true));
	}
}

static void write_object(struct tool *tool,
			 const struct store_inbox_aside *aside)
{
	struct show *show = show_new(tool->mem);

	show_data(show, "item", value_number(aside->id));
	show_data(show, "received", value_time(aside->received_s));
	show_data(show, "name", value_text(aside->name));
	show_data(show, "why", value_text(aside->why));
	show_data(show, "sender", value_given(aside->sender));
	show_data(show, "size", value_number(aside->size));
	show_data(show, "begin",
		  value_text(text_escape(show, aside->bytes,
					 4 * LIMIT_INBOX_ASIDE_BYTES, true)));
	show_write(stdout, SHOW_JSON, show);
}

static bool see_aside(void *context, const struct store_inbox_aside *aside)
{
	struct looking *looking = context;

	looking->is_found = true;
	if (tool_form(looking->tool) == SHOW_JSON)
		write_object(looking->tool, aside);
	else if (isatty(STDOUT_FILENO))
		write_lines(looking->tool->mem, aside->bytes);
	else
		(void)fwrite(aside->bytes.data, 1, aside->bytes.length, stdout);
	return true;
}

static bool show_item(struct tool *tool, int64_t id, struct error *err)
{
	static const struct store_inbox_period always = {.domain = ""};
	struct looking looking = {.tool = tool};
	struct store_inbox *inbox;
	struct config *config;

	if (!tool_config(tool, &config, err) ||
	    !store_inbox_open(tool->mem, config->store.sqlite, STORE_DB_READ,
			      &inbox, err) ||
	    !store_inbox_asides(inbox, &always, id, see_aside, &looking, err))
		return false;
	return looking.is_found ||
	       error_set(err, ERROR_INPUT,
			 "there is no item %lld (\"alignctl inbox summary\" "
			 "lists those that were set aside)",
			 (long long)id);
}

static int run_aside(struct tool *tool)
{
	struct error err;
	int64_t id;

	if (!text_number64(span_of(tool->operands.items[1]), 1, INT64_MAX, &id))
		return tool_usage(tool, "an item is a number, as \"alignctl "
					"inbox summary\" shows it");
	return show_item(tool, id, &err) ? TOOL_DONE : tool_fail(&err);
}

const struct tool_action inbox_action_aside = {
    .name = "aside",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .run = run_aside,
};
