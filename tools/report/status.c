/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * status.c - alignctl report status: how it stands with reports
 *
 * One screen: what is collected, how many reports are in each state, which
 * addresses make trouble and until when, the last run and what to do.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/report/send/collect.h"
#include "lib/store/store_failure_report.h"
#include "tools/clock.h"
#include "tools/print.h"
#include "tools/report/actions.h"
#include "tools/report/shared.h"

#define TROUBLE_SHOWN 15

struct status {
	struct tool *tool;
	struct store_reports *reports;
	const struct config *config;
	struct store_run run;
	int64_t from_s; /* days not collected yet */
	int64_t until_s;
	int64_t next_try_s;
	const char *clock_doubt; /* or NULL */
	struct json *states;
	struct json *trouble;
};

static bool on_state(void *context, const char *state, int64_t count)
{
	struct status *status = context;

	json_put_number(status->states, state, count);
	if (!tool_has(status->tool, "--json"))
		tool_print_words(status->tool->mem, state, "%" PRId64, count);
	return true;
}

static bool on_trouble(void *context, const struct store_health *health)
{
	struct status *status = context;
	TALLOC_CTX *mem = status->tool->mem;
	struct json *object = json_new_object(mem);
	bool is_suppressed =
	    health->suppressed_until_s > clock_now_s(&status->tool->clock);

	json_put_text(object, "address", health->address);
	report_put_text(object, "policy_domain", health->policy_domain);
	json_put_number(object, "failures", health->failures);
	report_put_time(object, "last_ok", health->last_ok_s);
	report_put_time(object, "last_error_at", health->last_error_s);
	report_put_text(object, "last_error", health->last_error);
	json_put_flag(object, "suppressed", is_suppressed);
	report_put_time(object, "suppressed_until",
			is_suppressed && health->suppressed_until_s != INT64_MAX
			    ? health->suppressed_until_s
			    : 0);
	report_put_text(object, "why",
			is_suppressed ? health->suppressed_why : "");
	json_add(status->trouble, object);
	if (tool_has(status->tool, "--json") ||
	    json_count(status->trouble) > TROUBLE_SHOWN)
		return true;
	(void)printf("    %s%s%s  %s  %s\n", health->address,
		     *health->policy_domain == '\0' ? "" : " about ",
		     health->policy_domain,
		     is_suppressed
			 ? report_until_text(mem, health->suppressed_until_s)
			 : "is tried again",
		     text_escape(mem,
				 span_of(is_suppressed ? health->suppressed_why
						       : health->last_error),
				 120, true));
	return true;
}

static const char *run_text(struct status *status)
{
	TALLOC_CTX *mem = status->tool->mem;
	char time[CLOCK_TEXT];

	if (status->run.started_s == 0)
		return "none yet: systemctl enable --now alignd-report.timer, "
		       "or alignctl report send";
	if (status->run.ended_s < status->run.started_s)
		return mem_printf(mem, "%s, still going on or cut short",
				  clock_text(status->run.started_s, time));
	return mem_printf(mem, "%s: %s", clock_text(status->run.ended_s, time),
			  status->run.words);
}

static const char *days_text(struct status *status)
{
	char first[CLOCK_TEXT];
	char last[CLOCK_TEXT];

	if (status->from_s == status->until_s)
		return "none; today's is collected after midnight UTC";
	return mem_printf(
	    status->tool->mem, "%s to %s",
	    report_day_text(status->from_s, first),
	    report_day_text(status->until_s - AGGREGATE_DAY_S, last));
}

static const char *next_text(struct status *status)
{
	char time[CLOCK_TEXT];

	if (status->next_try_s == 0)
		return "nothing waits";
	return mem_printf(status->tool->mem, "a report is due at %s",
			  clock_text(status->next_try_s, time));
}

static bool on_failures(void *context, const char *state, int64_t count)
{
	json_put_number(context, state, count);
	return true;
}

static bool put_failures(struct status *status, struct json *object,
			 struct error *err)
{
	struct json *states = json_new_object(status->tool->mem);
	int64_t waiting;
	int64_t counted_only;

	if (!store_failures_count(status->reports, &waiting, &counted_only,
				  err) ||
	    !store_reports_states(status->reports, "failure", on_failures,
				  states, err))
		return false;
	json_put_number(object, "failures_kept", waiting);
	json_put_number(object, "failures_counted_only", counted_only);
	json_put(object, "failure_states", states);
	return true;
}

static bool print_failures(struct status *status, struct error *err)
{
	int64_t waiting;
	int64_t counted_only;

	if (!store_failures_count(status->reports, &waiting, &counted_only,
				  err))
		return false;
	(void)printf("failure reports\n");
	if (status->config->report.failure_reports == FAILURES_NO)
		tool_print_member("switched", "off (report.failure_reports)");
	tool_print_words(status->tool->mem, "kept", "%" PRId64, waiting);
	tool_print_words(status->tool->mem, "counted only", "%" PRId64,
			 counted_only);
	return store_reports_states(status->reports, "failure", on_state,
				    status, err);
}

static bool print_words(struct status *status, struct error *err)
{
	int64_t now_s = clock_now_s(&status->tool->clock);

	(void)printf("reports\n");
	tool_print_member("last run", run_text(status));
	tool_print_member("days pending", days_text(status));
	tool_print_member("next", next_text(status));
	if (status->clock_doubt != NULL)
		tool_print_words(status->tool->mem, "attention",
				 "%s: nothing is sent or purged (alignctl "
				 "doctor)",
				 status->clock_doubt);
	if (*status->config->report.from == '\0')
		tool_print_member("attention",
				  "report.from is empty: none is sent");
	(void)printf("by state\n");
	if (!store_reports_states(status->reports, "aggregate", on_state,
				  status, err))
		return false;
	if (!print_failures(status, err))
		return false;
	(void)printf("addresses with trouble\n");
	if (!store_health_list(status->reports, now_s, on_trouble, status, err))
		return false;
	size_t count = json_count(status->trouble);
	if (count == 0)
		(void)printf("    none\n");
	if (count > TROUBLE_SHOWN)
		(void)printf("    and %zu more (--json shows all)\n",
			     count - TROUBLE_SHOWN);
	return true;
}

static bool print_json(struct status *status, struct error *err)
{
	TALLOC_CTX *mem = status->tool->mem;
	struct json *object = json_new_object(mem);
	int64_t now_s = clock_now_s(&status->tool->clock);

	if (!store_reports_states(status->reports, "aggregate", on_state,
				  status, err) ||
	    !store_health_list(status->reports, now_s, on_trouble, status, err))
		return false;
	report_put_time(object, "last_run_started", status->run.started_s);
	report_put_time(object, "last_run_ended", status->run.ended_s);
	report_put_text(object, "last_run", status->run.words);
	json_put_number(object, "days_pending",
			(status->until_s - status->from_s) / AGGREGATE_DAY_S);
	report_put_time(object, "collected_until",
			status->run.collected_until_s);
	report_put_time(object, "next_try", status->next_try_s);
	json_put_text(object, "clock_doubt", status->clock_doubt);
	json_put(object, "states", status->states);
	if (!put_failures(status, object, err))
		return false;
	json_put(object, "trouble", status->trouble);
	(void)printf("%s\n", json_text(mem, object));
	return true;
}

static bool gather(struct status *status, struct error *err)
{
	struct report_sender sender = {.reports = status->reports,
				       .clock = &status->tool->clock};

	return store_run_get(status->tool->mem, status->reports, &status->run,
			     err) &&
	       report_collect_period(&sender, &status->from_s, &status->until_s,
				     err) &&
	       store_reports_next_try(status->reports, &status->next_try_s,
				      err) &&
	       tool_clock_doubt(status->tool, status->reports,
				&status->clock_doubt, err);
}

static int run(struct tool *tool)
{
	struct status status = {.tool = tool,
				.states = json_new_object(tool->mem),
				.trouble = json_new_array(tool->mem)};
	struct config *config;
	struct error err;

	if (!report_open(tool, STORE_DB_READ, &config, &status.reports, &err))
		return tool_fail(&err);
	status.config = config;
	if (!gather(&status, &err) ||
	    !(tool_has(tool, "--json") ? print_json(&status, &err)
				       : print_words(&status, &err)))
		return tool_fail(&err);
	return TOOL_DONE;
}

static const char *const options[] = {"--json", NULL};

const struct tool_action report_action_status = {
    .name = "status",
    .options = options,
    .run = run,
};
