/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * failures.c - alignctl report failures: failure reports and their mail
 *
 * Those that wait to be written, then those that were; with a number or an id,
 * the mail as it goes out.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/report/make/delivery_token.h"
#include "lib/report/make/mail.h"
#include "lib/report/send/failure_render.h"
#include "tools/option.h"
#include "tools/report/actions.h"
#include "tools/report/shared.h"

/* What has no id yet is shown with this one. */
#define ID_TO_COME "00000000000000000000000000000000"

struct failures {
	struct tool *tool;
	struct store_reports *reports;
	const struct report_settings *settings;
	const char *store_path;
	bool is_json;
	size_t count;
	TALLOC_CTX *mem; /* of the report at hand */
	struct json *destinations;
	struct error *err;
	bool has_failed;

	const char *wanted; /* the mail to show; NULL: list */
	const char *to;	    /* the first it goes to */
	int64_t wanted_id;  /* of a failure that waits */
};

/* --- listing --- */

static void add_address(struct failures *failures, const char *address)
{
	const struct store_delivery foreseen = {
	    .address = address, .state = DELIVERY_WAITING, .reply = ""};

	if (failures->is_json)
		json_add(failures->destinations,
			 report_delivery_json(failures->mem, &foreseen));
	else
		(void)printf("    %-12s  %s\n",
			     store_delivery_state_text(foreseen.state),
			     address);
}

static struct json *put_begin(struct failures *failures, const char *id,
			      const char *state, int64_t time_s,
			      const char *policy_domain)
{
	struct json *object = json_new_object(failures->mem);

	json_put_text(object, "id", id);
	json_put_text(object, "state", state);
	report_put_time(object, "time", time_s);
	json_put_text(object, "policy_domain", policy_domain);
	return object;
}

/* What a report that was written does not tell any more is null. */
static void put_failure(struct json *object,
			const struct store_failure *failure)
{
	static const struct store_failure none = {.time_s = 0};
	const struct store_failure *shown = failure == NULL ? &none : failure;

	json_put_text(object, "author_domain", shown->author_domain);
	json_put_text(object, "auth_failure", shown->auth_failure);
	json_put_text(object, "identity_alignment", shown->identity_alignment);
	json_put_text(object, "delivery_result", shown->delivery_result);
	json_put_text(object, "source_ip", shown->source_ip);
}

static void put_end(struct failures *failures, struct json *object,
		    const char *reference, int64_t incidents)
{
	report_put_text(object, "reference", reference);
	json_put_number(object, "incidents", incidents);
	json_put(object, "destinations", failures->destinations);
	(void)printf("%s\n", json_text(failures->mem, object));
}

static bool on_waiting(void *context, const struct store_failure_row *row)
{
	struct failures *failures = context;
	const struct store_failure *failure = &row->failure;
	char time[CLOCK_TEXT];

	failures->mem = mem_context(NULL);
	failures->destinations = json_new_array(failures->mem);
	failures->count++;
	const char *id = mem_printf(failures->mem, "%" PRId64, row->failure_id);
	if (!failures->is_json)
		(void)printf("%-32s  %s  %-9s  %s from %s, not aligned: %s, "
			     "%" PRId64 " message%s\n",
			     id, clock_text(failure->time_s, time), "kept",
			     failure->author_domain, failure->source_ip,
			     failure->identity_alignment, row->incidents,
			     row->incidents == 1 ? "" : "s");
	struct text_list addresses =
	    failure_addresses(failures->mem, failures->settings, failure);
	for (size_t i = 0; i < addresses.count; i++)
		add_address(failures, addresses.items[i]);
	if (failures->is_json) {
		struct json *object =
		    put_begin(failures, id, "kept", failure->time_s,
			      failure->policy_domain);
		put_failure(object, failure);
		put_end(failures, object, failure->reference, row->incidents);
	}
	mem_free(failures->mem);
	return true;
}

static bool on_delivery(void *context, const struct store_delivery *delivery)
{
	struct failures *failures = context;

	if (failures->is_json)
		json_add(failures->destinations,
			 report_delivery_json(failures->mem, delivery));
	else
		(void)printf("    %-12s  %s%s%s\n",
			     store_delivery_state_text(delivery->state),
			     delivery->address,
			     *delivery->reply == '\0' ? "" : ": ",
			     text_escape(failures->mem,
					 span_of(delivery->reply), 200, true));
	return true;
}

static bool on_report(void *context, const struct store_report *report)
{
	struct failures *failures = context;
	char time[CLOCK_TEXT];

	failures->mem = mem_context(NULL);
	failures->destinations = json_new_array(failures->mem);
	failures->count++;
	if (!failures->is_json)
		(void)printf("%s  %s  %-9s  %s, %" PRId64 " message%s\n",
			     report->report_id,
			     clock_text(report->begin_s, time), report->state,
			     report->policy_domain, report->messages,
			     report->messages == 1 ? "" : "s");
	failures->has_failed =
	    !store_deliveries_list(failures->reports, report->report_id,
				   on_delivery, failures, failures->err);
	if (failures->is_json && !failures->has_failed) {
		struct json *object =
		    put_begin(failures, report->report_id, report->state,
			      report->begin_s, report->policy_domain);
		put_failure(object, NULL);
		put_end(failures, object, report->file_name, report->messages);
	}
	mem_free(failures->mem);
	return !failures->has_failed;
}

static int list(struct failures *failures, const char *domain)
{
	const struct store_report_filter filter = {.policy_domain = domain,
						   .is_failure = true};

	if (!store_failures_list(failures->reports, domain, 0, 0, on_waiting,
				 failures, failures->err) ||
	    !store_reports_list(failures->reports, &filter, on_report, failures,
				failures->err) ||
	    failures->has_failed)
		return tool_fail(failures->err);
	if (failures->count == 0 && !failures->is_json)
		(void)printf("no failure reports%s\n",
			     failures->settings->failure_reports == FAILURES_NO
				 ? ": report.failure_reports = no"
				 : "");
	return TOOL_DONE;
}

/* --- the mail --- */

/* Who may not read the key, or has sent nothing yet, sees a token of zeros. */
static const char *token_of(struct failures *failures, const char *id,
			    const char *to, char token[DELIVERY_TOKEN_TEXT])
{
	TALLOC_CTX *mem = mem_context(failures->tool->mem);
	struct delivery_key *key;
	struct error ignored;

	memset(token, '0', DELIVERY_TOKEN_TEXT - 1);
	token[DELIVERY_TOKEN_TEXT - 1] = '\0';
	if (report_is_id(id) &&
	    delivery_key_open(mem, failures->store_path, NULL, &key, &ignored))
		(void)delivery_token(key, id, to, token);
	mem_free(mem);
	return token;
}

static void print_mail(struct failures *failures, const char *id,
		       const char *to, const char *message)
{
	TALLOC_CTX *mem = failures->tool->mem;
	const struct report_settings *settings = failures->settings;
	char token[DELIVERY_TOKEN_TEXT];
	const struct report_mail mail = {
	    .report_id = report_is_id(id) ? id : ID_TO_COME,
	    .org_name = report_org_name(settings),
	    .from = settings->from,
	    .to = to,
	    .token = token_of(failures, id, to, token),
	};
	const char *whole =
	    mem_printf(mem, "%s%s", report_mail_people(mem, &mail), message);
	struct json *object = json_new_object(mem);
	struct json *lines = json_new_array(mem);
	struct span rest = span_of(whole);
	struct span line;

	failures->count++;
	while (rest.length > 0) {
		(void)span_cut(rest, '\r', &line, &rest);
		const char *text = mem_strndup(mem, line.data, line.length);
		json_add_text(lines, text);
		if (!failures->is_json)
			(void)printf("%s\n", text);
		if (rest.length > 0) /* LF */
			rest = span_make(rest.data + 1, rest.length - 1);
	}
	json_put_text(object, "id", id);
	json_put(object, "lines", lines);
	if (failures->is_json)
		(void)printf("%s\n", json_text(mem, object));
}

static bool show_waiting(void *context, const struct store_failure_row *row)
{
	struct failures *failures = context;
	TALLOC_CTX *mem = failures->tool->mem;
	struct text_list addresses =
	    failure_addresses(mem, failures->settings, &row->failure);

	if (row->failure_id != failures->wanted_id)
		return false;
	print_mail(failures, failures->wanted,
		   addresses.count > 0 ? addresses.items[0] : "nobody",
		   failure_message(mem, failures->settings, row, ID_TO_COME,
				   clock_now_s(&failures->tool->clock)));
	return false;
}

static bool keep_address(void *context, const struct store_delivery *delivery)
{
	struct failures *failures = context;

	failures->to = mem_strdup(failures->tool->mem, delivery->address);
	return false;
}

static bool show_written(struct failures *failures, struct error *err)
{
	struct span text;

	if (!store_reports_archive(failures->tool->mem, failures->reports,
				   failures->wanted, &text, err) ||
	    !store_deliveries_list(failures->reports, failures->wanted,
				   keep_address, failures, err))
		return false;
	if (text.length > 0)
		print_mail(failures, failures->wanted,
			   failures->to == NULL ? "nobody" : failures->to,
			   text.data);
	return true;
}

static int show(struct failures *failures)
{
	long number = 0;
	struct error *err = failures->err;
	bool is_number =
	    text_number(span_of(failures->wanted), 1, INT32_MAX, &number);

	failures->wanted_id = number;
	bool ok = is_number ? store_failures_list(failures->reports, NULL,
						  failures->wanted_id - 1, 1,
						  show_waiting, failures, err)
			    : show_written(failures, err);
	if (!ok)
		return tool_fail(err);
	if (failures->count > 0)
		return TOOL_DONE;
	(void)error_set(err, ERROR_INPUT,
			"no failure report of that name whose mail is kept: "
			"%.60s (see alignctl report failures; what was sent "
			"or given up is deleted)",
			text_escape(failures->tool->mem,
				    span_of(failures->wanted), 60, true));
	return tool_fail(err);
}

static int run(struct tool *tool)
{
	struct error err;
	struct failures failures = {
	    .tool = tool, .is_json = tool_has(tool, "--json"), .err = &err};
	struct config *config;
	const char *domain = NULL;

	if (!tool_domain(tool, "--domain", &domain))
		return TOOL_BAD_USAGE;
	if (!report_open(tool, STORE_DB_READ, &config, &failures.reports, &err))
		return tool_fail(&err);
	failures.settings = &config->report;
	failures.store_path = config->store.sqlite;
	if (tool->operands.count == 1)
		return list(&failures, domain);
	failures.wanted = tool->operands.items[1];
	return show(&failures);
}

static const char *const options[] = {"--domain", "--json", NULL};

const struct tool_action report_action_failures = {
    .name = "failures",
    .operands_max = 1,
    .options = options,
    .run = run,
};
