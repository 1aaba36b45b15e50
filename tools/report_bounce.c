/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_bounce.c - alignctl report bounce: learn from bounced reports
 *
 * For a pipe behind the address that reports come from, or an mbox by hand.
 * What is no bounce of a report is said and otherwise left alone, with status
 * 0: a mail server must not bounce it again.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/report/bounce.h"
#include "lib/report/report_deliver.h"
#include "tools/report_actions.h"
#include "tools/report_tool.h"

struct bounces {
	struct tool *tool;
	const struct config *config;
	struct store_reports *reports;
	struct error *err;
	bool has_failed;

	/* The bounce at hand. */
	const struct bounce *bounce;
	size_t deliveries;
	const char *address; /* of the one that bounced; or NULL */
	const char *only;    /* the first one's */
};

static void print(struct bounces *bounces, const char *state, const char *why)
{
	TALLOC_CTX *mem = bounces->tool->mem;
	const struct bounce *bounce = bounces->bounce;

	if (tool_has(bounces->tool, "--json")) {
		struct json *object = json_new_object(mem);
		report_put_text(object, "id", bounce->report_id);
		json_put_text(object, "address", bounces->address);
		json_put_text(object, "result", state);
		report_put_text(object, "why", why);
		(void)printf("%s\n", json_text(mem, object));
	} else if (bounces->address != NULL) {
		(void)printf("%s: report %s to %s%s%s\n", state,
			     bounce->report_id, bounces->address,
			     *why == '\0' ? "" : ", ", why);
	} else {
		(void)printf("%s: %s\n", state, why);
	}
}

static bool on_delivery(void *context, const struct store_delivery *delivery)
{
	struct bounces *bounces = context;
	const struct bounce *bounce = bounces->bounce;
	bool is_it =
	    bounce->position >= 0
		? bounce->position == delivery->position &&
		      strcmp(delivery->state, "sent") == 0
		: bounce->recipient != NULL &&
		      text_equals_nocase(bounce->recipient, delivery->address);

	if (bounces->deliveries++ == 0)
		bounces->only =
		    mem_strdup(bounces->tool->mem, delivery->address);
	if (is_it)
		bounces->address =
		    mem_strdup(bounces->tool->mem, delivery->address);
	return true;
}

/* Notes it down and says so. */
static bool settle(struct bounces *bounces)
{
	TALLOC_CTX *mem = bounces->tool->mem;
	const struct bounce *bounce = bounces->bounce;
	int64_t now_s = clock_now_s(&bounces->tool->clock);
	const char *words = mem_printf(mem, "bounced: %s", bounce->diagnostic);
	struct store_health *health;
	bool is_new;

	if (!store_health_find(mem, bounces->reports, bounces->address, &health,
			       bounces->err))
		return false;
	health = report_refused_health(mem, &bounces->config->report, health,
				       bounces->address, words, now_s);
	if (!store_reports_bounced(bounces->reports, bounce->report_id, health,
				   words, &is_new, bounces->err))
		return false;
	if (is_new)
		print(bounces, "bounced",
		      mem_printf(
			  mem, "no reports %s",
			  report_until_text(mem, health->suppressed_until_s)));
	else
		print(bounces, "known", "that delivery is not open any more");
	return true;
}

static bool take(struct bounces *bounces)
{
	const struct bounce *bounce = bounces->bounce;

	bounces->address = NULL;
	bounces->only = NULL;
	bounces->deliveries = 0;
	if (bounce->report_id[0] == '\0') {
		print(bounces, "ignored", "it names no report of ours");
		return true;
	}
	if (!bounce->is_failure) {
		print(bounces, "ignored",
		      "it tells of no failure for good (Action, Status)");
		return true;
	}
	if (!store_deliveries_list(bounces->reports, bounce->report_id,
				   on_delivery, bounces, bounces->err))
		return false;
	if (bounces->address == NULL && bounces->deliveries == 1)
		bounces->address = bounces->only;
	if (bounces->address != NULL)
		return settle(bounces);
	print(bounces, "ignored",
	      bounces->deliveries == 0
		  ? "no report of that id is kept"
		  : "the report went to several addresses and none is named");
	return true;
}

static void on_bounce(void *context, const struct bounce *bounce)
{
	struct bounces *bounces = context;

	bounces->bounce = bounce;
	if (!bounces->has_failed)
		bounces->has_failed = !take(bounces);
}

static bool read_file(struct bounces *bounces, const char *path)
{
	bool is_standard = path == NULL || strcmp(path, "-") == 0;
	FILE *file = is_standard ? stdin : fopen(path, "rbe");

	if (file == NULL)
		return error_errno(bounces->err, ERROR_INPUT, errno, "%.150s",
				   path);
	bool ok = bounce_read(file, on_bounce, bounces, bounces->err) &&
		  !bounces->has_failed;
	if (!is_standard)
		(void)fclose(file);
	return ok;
}

static int run(struct tool *tool)
{
	struct error err;
	struct bounces bounces = {.tool = tool, .err = &err};
	struct config *config;

	if (!report_open(tool, STORE_DB_WRITE, &config, &bounces.reports, &err))
		return tool_fail(&err);
	bounces.config = config;
	return read_file(&bounces, tool->operands.count > 1
				       ? tool->operands.items[1]
				       : NULL)
		   ? TOOL_DONE
		   : tool_fail(&err);
}

static const char *const options[] = {"--json", NULL};

const struct report_action report_action_bounce = {
    .name = "bounce",
    .operands_max = 1,
    .options = options,
    .run = run,
};
