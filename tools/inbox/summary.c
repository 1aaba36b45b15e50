/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * summary.c - alignctl inbox summary: what the kept reports say of a period
 * Tested by test_alignctl_inbox_says.
 */
#include <stdio.h>

#include "tools/inbox/actions.h"
#include "tools/inbox/question.h"
#include "tools/page.h"

#define DAY_S 86400
#define DAYS 30

static const char *const options[] = {"--by",	   "--csv",  "--domain",
				      "--html",	   "--json", "--limit",
				      "--names", "--since", NULL};

static bool write_page(struct tool *tool, const struct inbox_view *view,
		       struct error *err)
{
	struct strbuf page;

	tool_page_begin(tool, &page);
	inbox_summary_page(view, "Reports of others about our domains", &page);
	return tool_page_write(tool, &page, "give a smaller --limit", err);
}

static int write_form(struct tool *tool, const struct inbox_view *view)
{
	struct error err;
	struct show *show;

	if (tool_has(tool, "--html"))
		return write_page(tool, view, &err) ? TOOL_DONE
						    : tool_fail(&err);
	if (tool_form(tool) == SHOW_CSV) {
		inbox_summary_rows(stdout, view->summary);
		return TOOL_DONE;
	}
	show = show_new(tool->mem);
	inbox_summary_show(show, view);
	show_write(stdout, tool_form(tool), show);
	return TOOL_DONE;
}

static int run_summary(struct tool *tool)
{
	struct inbox_question question;
	int forms = tool_has(tool, "--json") + tool_has(tool, "--csv") +
		    tool_has(tool, "--html");

	if (forms > 1)
		return tool_usage(tool,
				  "--json, --csv, --html: one of them at most");
	int status = inbox_question_ask(
	    tool, "", clock_now_s(&tool->clock) - DAYS * DAY_S,
	    INBOX_BY_MESSAGES, &question);
	if (status != TOOL_DONE)
		return status;
	const struct inbox_view view = {
	    .summary = &question.summary,
	    .period = &question.period,
	    .limit = (size_t)question.limit,
	    .is_for_people = tool_form(tool) == SHOW_TEXT,
	};
	return write_form(tool, &view);
}

const struct tool_action inbox_action_summary = {
    .name = "summary",
    .options = options,
    .run = run_summary,
};
