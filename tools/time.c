/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time.c - times on the command line
 * Tested by test_alignctl_review.
 */
#include "tools/time.h"

#include "lib/base/time_text.h"

bool tool_time(struct tool *tool, const char *option, int64_t now_s,
	       int64_t *time_s)
{
	const char *text = tool_value(tool, option);

	if (text == NULL || time_text_read(text, now_s, time_s))
		return true;
	(void)tool_usage(
	    tool, "%s: \"%s\" is no time (allowed: " TIME_TEXT_ALLOWED ")",
	    option, text_escape(tool->mem, span_of(text), 60, true));
	return false;
}

bool tool_duration(const struct tool *tool, const char *option,
		   int64_t *seconds, struct error *err)
{
	const char *text = tool_value(tool, option);

	if (text == NULL || time_text_read_length(text, seconds))
		return true;
	return error_set(err, ERROR_USAGE,
			 "%s: \"%s\" is no length of time (allowed: 90m, 36h, "
			 "90d)",
			 option,
			 text_escape(tool->mem, span_of(text), 60, true));
}
