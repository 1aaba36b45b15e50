/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * option.c - values of options that several subcommands have
 * Tested by test_alignctl_review, test_alignctl_stats and test_alignctl_whatif.
 */
#include "tools/option.h"

#include "lib/base/domain.h"

#define SHOWN_MAX 60

static const char *shown(const struct tool *tool, const char *text)
{
	return text_escape(tool->mem, span_of(text), SHOWN_MAX, true);
}

bool tool_limit(struct tool *tool, long max, long *limit)
{
	const char *text = tool_value(tool, "--limit");

	if (text == NULL || text_number(span_of(text), 1, max, limit))
		return true;
	return tool_usage(tool, "--limit: \"%s\" (allowed: 1 to %ld)",
			  shown(tool, text), max) == TOOL_DONE;
}

bool tool_domain(struct tool *tool, const char *option, const char **domain)
{
	const char *text = tool_value(tool, option);
	const char *name;

	if (text == NULL)
		return true;
	name = domain_normalize(tool->mem, span_of(text));
	if (name == NULL)
		return tool_usage(tool, "%s: \"%s\" is no domain name", option,
				  shown(tool, text)) == TOOL_DONE;
	*domain = name;
	return true;
}
