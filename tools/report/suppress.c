/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * suppress.c - alignctl report suppress: no reports to an address
 *
 * A domain stands for all addresses at it. Reports that wait for the address
 * are settled as skipped by the next run, or, where the pause has an end, wait
 * for it.
 */
#include <stdio.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/mail/path.h"
#include "lib/report/send/health.h"
#include "tools/report/actions.h"
#include "tools/report/shared.h"
#include "tools/time.h"

/* "a@b.test" or "@b.test", as the store has them; NULL when it is neither. */
static const char *key_of(TALLOC_CTX *mem, const char *text)
{
	const char *domain = domain_normalize(mem, span_of(text));
	struct path path = path_parse(mem, span_of(text));

	if (domain != NULL)
		return mem_printf(mem, "@%s", domain);
	if (path.domain == NULL || *text == '<')
		return NULL;
	return mem_printf(mem, "%s@%s", path.local_part, path.domain);
}

static bool set_health(struct tool *tool, struct store_reports *reports,
		       const char *key, int64_t until_s, struct error *err)
{
	struct store_health fresh = {.last_error = "", .suppressed_why = ""};
	struct store_health *found;

	if (until_s == 0)
		return store_health_lift(reports, key,
					 clock_now_s(&tool->clock), err);
	if (!store_health_find(tool->mem, reports, key, "", &found, err))
		return false;
	if (found == NULL)
		found = &fresh;
	found->address = key;
	found->policy_domain = "";
	found->suppressed_until_s = until_s;
	found->suppressed_why = "by the operator";
	return store_health_set(reports, found, err);
}

static void tell_health(struct tool *tool, const char *key, int64_t until_s)
{
	struct show *show = show_new(tool->mem);
	const char *shown = *key == '@' ? key + 1 : key;

	if (until_s == 0)
		show_line(show, "%s gets reports again", shown);
	else
		show_line(show, "%s gets no reports %s", shown,
			  report_until_text(show, until_s));
	show_data(show, "address", value_text(key));
	show_data(show, "suppressed", value_flag(until_s != 0));
	show_data(show, "until",
		  value_time_given(until_s == INT64_MAX ? 0 : until_s));
	show_write(stdout, tool_form(tool), show);
}

static int run_suppress(struct tool *tool)
{
	const char *text = tool->operands.items[1];
	const char *key = key_of(tool->mem, text);
	int64_t now_s = clock_now_s(&tool->clock);
	int64_t until_s = INT64_MAX;
	struct config *config;
	struct store_reports *reports;
	struct clock clock;
	struct error err;

	if (key == NULL)
		return tool_usage(
		    tool,
		    "report suppress: \"%s\" is neither an address nor a "
		    "domain",
		    text_escape(tool->mem, span_of(text), 60, true));
	if (tool_has(tool, "--lift") && tool_has(tool, "--until"))
		return tool_usage(tool,
				  "report suppress: --until or --lift, not "
				  "both");
	if (!tool_time(tool, "--until", now_s, &until_s))
		return TOOL_BAD_USAGE;
	if (tool_has(tool, "--until") && until_s <= now_s)
		return tool_usage(tool, "--until: that moment has passed");
	if (tool_has(tool, "--lift"))
		until_s = 0;
	if (!report_open(tool, STORE_DB_WRITE, &config, &reports, &clock,
			 &err) ||
	    !set_health(tool, reports, key, until_s, &err))
		return tool_fail(&err);
	tell_health(tool, key, until_s);
	return TOOL_DONE;
}

static const char *const options[] = {"--json", "--lift", "--local", "--until",
				      NULL};

const struct tool_action report_action_suppress = {
    .name = "suppress",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .run = run_suppress,
};
