/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resend.c - alignctl report resend: the same reports once more
 *
 * With the same id, file name and bytes. They are due at once; the next run of
 * alignctl report send sends them.
 */
#include <inttypes.h>
#include <stdio.h>

#include "tools/option.h"
#include "tools/report/actions.h"
#include "tools/report/shared.h"

static bool read_which(struct tool *tool, const char **id, const char **domain)
{
	*id = tool->operands.count > 1 ? tool->operands.items[1] : NULL;
	if (!tool_domain(tool, "--domain", domain))
		return false;
	if ((*id == NULL) == (*domain == NULL)) {
		(void)tool_usage(tool, "report resend: either an ID or "
				       "--domain D");
		return false;
	}
	if (*id == NULL || report_is_id(*id))
		return true;
	(void)tool_usage(tool,
			 "report resend: \"%s\" is no report id (allowed: 32 "
			 "hex digits, see alignctl report list)",
			 text_escape(tool->mem, span_of(*id), 60, true));
	return false;
}

static int run_resend(struct tool *tool)
{
	struct config *config;
	struct store_reports *reports;
	const char *id;
	const char *domain = NULL;
	int64_t count = 0;
	struct clock clock;
	struct error err;

	if (!read_which(tool, &id, &domain))
		return TOOL_BAD_USAGE;
	if (!report_open(tool, STORE_DB_WRITE, &config, &reports, &clock, &err))
		return tool_fail(&err);
	int64_t now_s = clock_now_s(&clock);
	if (!store_reports_resend(
		reports, id, domain, now_s,
		now_s + config->report.give_up_after_ms / 1000, &count, &err))
		return tool_fail(&err);
	if (count == 0) {
		(void)error_set(&err, ERROR_INPUT,
				"nothing to send again for %s: no report of "
				"that name that was rendered (see alignctl "
				"report list)",
				id != NULL ? id : domain);
		return tool_fail(&err);
	}
	struct show *show = show_new(tool->mem);
	show_line(show,
		  "%" PRId64 " deliver%s due again; alignctl report send, or "
		  "the timer, sends them",
		  count, count == 1 ? "y is" : "ies are");
	show_data(show, "deliveries", value_number(count));
	show_write(stdout, tool_form(tool), show);
	return TOOL_DONE;
}

static const char *const options[] = {"--domain", "--json", "--local", NULL};

const struct tool_action report_action_resend = {
    .name = "resend",
    .operands_max = 1,
    .options = options,
    .run = run_resend,
};
