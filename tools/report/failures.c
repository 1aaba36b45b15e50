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
	struct store_reports *reports; /* that were written */
	struct store_reports *own;     /* has what waits to be */
	const struct report_settings *settings;
	const char *store_path;
	enum show_form form;
	size_t count;
	struct error *err;
	bool has_failed;

	const char *wanted; /* the mail to show; NULL: list */
	const char *to;	    /* the first it goes to */
	int64_t wanted_id;  /* of a failure that waits */
};

/* --- listing --- */

static void put_begin(struct show *show, const char *id, const char *state,
		      int64_t time_s, const char *policy_domain)
{
	show_data(show, "id", value_text(id));
	show_data(show, "state", value_text(state));
	show_data(show, "time", value_time_given(time_s));
	show_data(show, "policy_domain", value_text(policy_domain));
}

/* What a report that was written does not tell any more is null. */
static void put_failure(struct show *show, const struct store_failure *failure)
{
	show_data(show, "author_domain", value_text(failure->author_domain));
	show_data(show, "auth_failure", value_text(failure->auth_failure));
	show_data(show, "identity_alignment",
		  value_text(failure->identity_alignment));
	show_data(show, "delivery_result",
		  value_text(failure->delivery_result));
	show_data(show, "source_ip", value_text(failure->source_ip));
}

static void put_end(struct show *show, const char *reference, int64_t incidents)
{
	show_data(show, "reference", value_given(reference));
	show_data(show, "incidents", value_number(incidents));
}

static void put_foreseen(struct show *show, const struct text_list *addresses)
{
	struct show *list = show_list(show, "destinations");

	for (size_t i = 0; i < addresses->count; i++) {
		const struct store_delivery foreseen = {
		    .address = addresses->items[i],
		    .state = DELIVERY_WAITING,
		    .reply = ""};
		report_put_delivery(list, &foreseen);
	}
}

static bool print_waiting(void *context, const struct store_failure_row *row)
{
	struct failures *failures = context;
	const struct store_failure *failure = &row->failure;
	struct show *show = show_new(NULL);
	const char *id = mem_printf(show, "%" PRId64, row->failure_id);
	struct text_list addresses =
	    failure_addresses(show, failures->settings, failure);
	char time[CLOCK_TEXT];

	show_line(show,
		  "%-32s  %s  %-9s  %s from %s, not aligned: %s, %" PRId64
		  " message%s",
		  id, clock_text(failure->time_s, time), "kept",
		  failure->author_domain, failure->source_ip,
		  failure->identity_alignment, row->incidents,
		  row->incidents == 1 ? "" : "s");
	put_begin(show, id, "kept", failure->time_s, failure->policy_domain);
	put_failure(show, failure);
	put_end(show, failure->reference, row->incidents);
	put_foreseen(show, &addresses);
	show_write(stdout, failures->form, show);
	mem_free(show);
	failures->count++;
	return true;
}

static bool print_written(void *context, const struct store_report *report)
{
	static const struct store_failure none = {.time_s = 0};
	struct failures *failures = context;
	struct show *show = show_new(NULL);
	char time[CLOCK_TEXT];

	show_line(show, "%s  %s  %-9s  %s, %" PRId64 " message%s",
		  report->report_id, clock_text(report->begin_s, time),
		  report->state, report->policy_domain, report->messages,
		  report->messages == 1 ? "" : "s");
	put_begin(show, report->report_id, report->state, report->begin_s,
		  report->policy_domain);
	put_failure(show, &none);
	put_end(show, report->file_name, report->messages);
	failures->has_failed = !report_put_deliveries(
	    show, failures->reports, report->report_id, failures->err);
	if (!failures->has_failed)
		show_write(stdout, failures->form, show);
	mem_free(show);
	failures->count++;
	return !failures->has_failed;
}

static int list_failures(struct failures *failures, const char *domain)
{
	const struct store_report_filter filter = {.policy_domain = domain,
						   .is_failure = true};

	if (!store_failures_list(failures->own, domain, 0, 0, print_waiting,
				 failures, failures->err) ||
	    !store_reports_list(failures->reports, &filter, print_written,
				failures, failures->err) ||
	    failures->has_failed)
		return tool_fail(failures->err);
	if (failures->count == 0 && failures->form == SHOW_TEXT &&
	    !tool_has(failures->tool, "--quiet"))
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
	struct show *show = show_new(mem);
	struct json *lines = json_new_array(mem);
	struct span rest = span_of(whole);
	struct span line;

	failures->count++;
	while (rest.length > 0) {
		(void)span_cut(rest, '\r', &line, &rest);
		const char *text = mem_strndup(mem, line.data, line.length);
		json_add_text(lines, text);
		if (failures->form == SHOW_TEXT) /* as it goes out */
			(void)printf("%s\n", text);
		if (rest.length > 0) /* LF */
			rest = span_make(rest.data + 1, rest.length - 1);
	}
	show_data(show, "id", value_text(id));
	show_data(show, "lines", value_json(lines));
	show_write(stdout, failures->form, show);
}

static bool print_mail_of_waiting(void *context,
				  const struct store_failure_row *row)
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

static bool print_mail_of_written(struct failures *failures, struct error *err)
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

static int print_wanted(struct failures *failures)
{
	long number = 0;
	struct error *err = failures->err;
	bool is_number =
	    text_number(span_of(failures->wanted), 1, INT32_MAX, &number);

	failures->wanted_id = number;
	bool ok = is_number ? store_failures_list(
				  failures->own, NULL, failures->wanted_id - 1,
				  1, print_mail_of_waiting, failures, err)
			    : print_mail_of_written(failures, err);
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

static int run_failures(struct tool *tool)
{
	struct error err;
	struct failures failures = {
	    .tool = tool, .form = tool_form(tool), .err = &err};
	struct config *config;
	struct clock clock;
	const char *domain = NULL;

	if (!tool_domain(tool, "--domain", &domain))
		return TOOL_BAD_USAGE;
	if (!report_open(tool, STORE_DB_READ, &config, &failures.reports,
			 &clock, &err) ||
	    !report_open_own(tool, config, failures.reports, &failures.own,
			     &err))
		return tool_fail(&err);
	failures.settings = &config->report;
	failures.store_path = config->store.sqlite;
	if (tool->operands.count == 1)
		return list_failures(&failures, domain);
	failures.wanted = tool->operands.items[1];
	return print_wanted(&failures);
}

static const char *const options[] = {"--domain", "--json", "--local",
				      "--quiet", NULL};

const struct tool_action report_action_failures = {
    .name = "failures",
    .operands_max = 1,
    .options = options,
    .run = run_failures,
};
