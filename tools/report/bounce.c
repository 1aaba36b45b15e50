/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bounce.c - alignctl report bounce: learn from bounced reports
 *
 * For a pipe behind the address that reports come from, or an mbox by hand.
 * What is no bounce of a report is said and otherwise left alone, with status
 * 0: a mail server must not bounce it again. What is not ready here is a reason
 * to come again, so of a pipe it ends with 75, as inbox take does.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/report/read/bounce_log.h"
#include "lib/report/send/health.h"
#include "tools/report/actions.h"
#include "tools/report/confine.h"
#include "tools/report/fleet.h"
#include "tools/report/shared.h"
#include "tools/store.h"

struct bounces {
	struct tool *tool;
	const struct config *config;
	const struct delivery_key *key;
	struct store_reports *reports;
	struct error *err;
	bool has_failed;

	/* The bounce at hand. */
	TALLOC_CTX *mem;
	const struct bounce *bounce;
	const char *token;	   /* the one that is looked for */
	const char *report_id;	   /* of the delivery it belongs to; "" */
	const char *address;	   /* likewise; NULL */
	const char *policy_domain; /* likewise; NULL */
};

static void tell_result(const struct bounces *bounces, const char *state,
			const char *why)
{
	struct show *show = show_new(bounces->mem);

	if (bounces->address != NULL)
		show_line(show, "%s: report %s to %s%s%s", state,
			  bounces->report_id, bounces->address,
			  *why == '\0' ? "" : ", ", why);
	else
		show_line(show, "%s: %s", state, why);
	show_data(show, "id", value_given(bounces->report_id));
	show_data(show, "address", value_text(bounces->address));
	show_data(show, "result", value_text(state));
	show_data(show, "why", value_given(why));
	show_write(stdout, tool_form(bounces->tool), show);
}

/* --- whose is it? --- */

static bool on_delivery(void *context, const struct store_delivery *delivery)
{
	struct bounces *bounces = context;
	char token[DELIVERY_TOKEN_TEXT];

	if (strcmp(delivery_token(bounces->key, delivery->report_id,
				  delivery->address, token),
		   bounces->token) != 0)
		return true;
	bounces->report_id = mem_strdup(bounces->mem, delivery->report_id);
	bounces->address = mem_strdup(bounces->mem, delivery->address);
	return false;
}

static bool on_report(void *context, const struct store_report *report)
{
	struct bounces *bounces = context;

	bounces->policy_domain =
	    mem_strdup(bounces->mem, report->policy_domain);
	return false;
}

static bool find_by_token(struct bounces *bounces, const char *token)
{
	bounces->token = token;
	return store_deliveries_list(
	    bounces->reports,
	    mem_strndup(bounces->mem, token, DELIVERY_TOKEN_LOCATOR),
	    on_delivery, bounces, bounces->err);
}

/* The delivery that one of the tokens belongs to, if there is one, and whom its
 * report is about. */
static bool find_delivery(struct bounces *bounces)
{
	const struct bounce *bounce = bounces->bounce;
	struct store_report_filter filter = {.is_failure = false};

	for (size_t i = 0; i < bounce->token_count && bounces->address == NULL;
	     i++) {
		if (!find_by_token(bounces, bounce->tokens[i]))
			return false;
	}
	filter.report_id = bounces->report_id;
	for (int kind = 0; kind < 2 && bounces->address != NULL &&
			   bounces->policy_domain == NULL;
	     kind++) {
		filter.is_failure = kind == 1;
		if (!store_reports_list(bounces->reports, &filter, on_report,
					bounces, bounces->err))
			return false;
	}
	return true;
}

/* --- what follows --- */

/* Notes it down and says so. */
static bool note_bounce(struct bounces *bounces, const char *diagnostic)
{
	TALLOC_CTX *mem = bounces->mem;
	struct report_return returned = {
	    .address = bounces->address,
	    .policy_domain = bounces->policy_domain,
	    .words = mem_printf(mem, "bounced: %s", diagnostic),
	    .now_s = clock_now_s(&bounces->tool->clock)};
	/* Only that delivery: the recipient was taken. */
	bool is_settled = bounces->bounce->is_about_message;
	bool is_new;

	if (!report_returned(mem, bounces->reports, &bounces->config->report,
			     &returned, bounces->err) ||
	    !store_reports_bounced(bounces->reports, bounces->report_id,
				   bounces->address,
				   is_settled ? NULL : returned.health,
				   is_settled ? NULL : returned.whole,
				   returned.words, &is_new, bounces->err))
		return false;
	if (!is_new)
		tell_result(bounces, "known",
			    "that delivery is not open any more");
	else if (is_settled)
		tell_result(bounces, "bounced",
			    "the message was refused, not the address");
	else if (returned.whole != NULL)
		tell_result(
		    bounces, "bounced",
		    mem_printf(mem,
			       "no reports %s: those about several "
			       "domains came back",
			       report_until_text(
				   mem, returned.whole->suppressed_until_s)));
	else
		tell_result(
		    bounces, "bounced",
		    mem_printf(mem, "no reports about %s %s",
			       bounces->policy_domain,
			       report_until_text(
				   mem, returned.health->suppressed_until_s)));
	return true;
}

static bool settle_bounce(struct bounces *bounces)
{
	const struct bounce *bounce = bounces->bounce;

	if (!bounce->is_notification) {
		tell_result(bounces, "ignored",
			    "it is no delivery status notification "
			    "(multipart/report, RFC 3464)");
		return true;
	}
	if (!find_delivery(bounces))
		return false;
	if (bounces->address == NULL || bounces->policy_domain == NULL) {
		bounces->address = NULL;
		tell_result(bounces, "ignored",
			    "it carries no token of a report that is kept");
		return true;
	}
	const char *diagnostic = bounce_failure(bounce, bounces->address);
	if (diagnostic != NULL)
		return note_bounce(bounces, diagnostic);
	tell_result(bounces, "ignored",
		    "it tells of no failure for good (Action)");
	return true;
}

static void begin_bounce(struct bounces *bounces, const struct bounce *bounce)
{
	bounces->mem = mem_context(NULL);
	bounces->bounce = bounce;
	bounces->report_id = "";
	bounces->address = NULL;
	bounces->policy_domain = NULL;
}

static bool is_ours(void *context, const char *token)
{
	struct bounces *bounces = context;

	if (bounces->has_failed)
		return false;
	begin_bounce(bounces, NULL);
	bounces->has_failed = !find_by_token(bounces, token);
	bool is_found = bounces->address != NULL;
	mem_free(bounces->mem);
	return is_found;
}

static void on_bounce(void *context, const struct bounce *bounce)
{
	struct bounces *bounces = context;

	if (bounces->has_failed)
		return;
	begin_bounce(bounces, bounce);
	bounces->has_failed = !settle_bounce(bounces);
	mem_free(bounces->mem);
}

static bool open_fleet(struct bounces *bounces, const char *conninfo)
{
	struct tool *tool = bounces->tool;
	struct report_fleet *fleet;
	struct fleet_key *key;

	if (!report_fleet_open(tool, conninfo, STORE_DB_WRITE, &fleet,
			       bounces->err) ||
	    !report_fleet_key(tool, fleet, &key, bounces->err))
		return false;
	bounces->reports = fleet->reports;
	bounces->key = fleet_key_delivery(tool->mem, key);
	return true;
}

static bool open_own(struct bounces *bounces)
{
	const char *path = bounces->config->store.sqlite;
	struct tool *tool = bounces->tool;
	struct delivery_key *key;

	if (!tool_store_reports(tool, path, STORE_DB_WRITE, &bounces->reports,
				bounces->err) ||
	    !delivery_key_open(tool->mem, path, NULL, &key, bounces->err))
		return false;
	bounces->key = key;
	return true;
}

static bool read_all(struct bounces *bounces, FILE *file)
{
	struct tool *tool = bounces->tool;
	const struct bounce_log_reader reader = {is_ours, on_bounce, bounces};
	const char *conninfo = report_fleet_sender(tool, bounces->config);

	/* Connected before the process may not any more. */
	if (conninfo != NULL && !open_fleet(bounces, conninfo))
		return false;
	report_confine_bounces(tool, bounces->config);
	if (conninfo == NULL && !open_own(bounces))
		return false;
	return (tool_has(tool, "--log")
		    ? bounce_log_read(file, &reader, bounces->err)
		    : bounce_read(file, on_bounce, bounces, bounces->err)) &&
	       !bounces->has_failed;
}

static int fail(const struct bounces *bounces, bool is_piped)
{
	int status = tool_fail(bounces->err);

	return is_piped && !tool_has(bounces->tool, "--log") ? TOOL_TRY_AGAIN
							     : status;
}

static int run_bounce(struct tool *tool)
{
	struct error err;
	struct bounces bounces = {.tool = tool, .err = &err};
	const char *path =
	    tool->operands.count > 1 ? tool->operands.items[1] : "-";
	struct config *config;

	if (!tool_config(tool, &config, &err))
		return fail(&bounces, strcmp(path, "-") == 0);
	/* Opened before the process may open no more. */
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");
	if (file == NULL) {
		(void)error_errno(&err, ERROR_INPUT, errno, "%.150s", path);
		return tool_fail(&err);
	}
	bounces.config = config;
	bool ok = read_all(&bounces, file);
	if (file != stdin)
		(void)fclose(file);
	return ok ? TOOL_DONE : fail(&bounces, file == stdin);
}

static const char *const options[] = {"--json", "--local", "--log", NULL};

const struct tool_action report_action_bounce = {
    .name = "bounce",
    .operands_max = 1,
    .options = options,
    .run = run_bounce,
};
