/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filter.c - alignctl review: which incidents
 */
#include "lib/review/filter.h"

#include <string.h>

#include "tools/review/review.h"

/* "--open" has no value; its field says yes. */
static const char *value_of(const struct tool *tool,
			    const struct review_field *field,
			    const char *option)
{
	if (!tool_has(tool, option))
		return NULL;
	return strcmp(field->name, "open") == 0 ? "yes"
						: tool_value(tool, option);
}

static bool read_field(struct tool *tool, const struct review_field *field,
		       struct store_filter *filter)
{
	const char *option = mem_printf(tool->mem, "--%s", field->name);
	const char *text = value_of(tool, field, option);
	struct error err;

	if (text == NULL ||
	    review_filter_set(tool->mem, field, text, clock_now_s(&tool->clock),
			      filter, &err))
		return true;
	return tool_usage(tool, "%s: %s", option, err.words) == TOOL_DONE;
}

bool review_read_filter(struct tool *tool, bool has_until,
			struct store_filter *filter)
{
	for (const struct review_field *field = review_fields;
	     field->name != NULL; field++) {
		if (!has_until && strcmp(field->name, "until") == 0)
			continue;
		if (!read_field(tool, field, filter))
			return false;
	}
	return true;
}
