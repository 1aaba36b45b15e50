/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * foreseen.c - alignctl report send --dry-run: what a run would do
 */
#include "tools/report/foreseen.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/report/make/destination.h"
#include "lib/report/send/collect.h"
#include "lib/report/send/destination_check.h"
#include "tools/report/shared.h"

struct foreseen {
	struct report_sender *sender;
	bool is_json;
	int64_t count;
	TALLOC_CTX *mem; /* of the report at hand */
	struct json *destinations;
	struct error *err;
	bool has_failed;
};

static void add_destination(struct foreseen *foreseen, const char *address,
			    const char *state, const char *why)
{
	struct json *object = json_new_object(foreseen->mem);

	if (!foreseen->is_json) {
		(void)printf("    %-12s  %s%s%s\n", state, address,
			     why == NULL ? "" : ": ", why == NULL ? "" : why);
		return;
	}
	json_put_text(object, "address", address);
	json_put_text(object, "state", state);
	json_put_text(object, "why", why);
	json_add(foreseen->destinations, object);
}

static void check_address(struct foreseen *foreseen, const char *policy_domain,
			  const char *address)
{
	static const char *const states[] = {
	    [DESTINATION_UNAUTHORISED] = "unauthorised",
	    [DESTINATION_AUTHORISED] = "to send",
	    [DESTINATION_REPLACED] = "replaced",
	    [DESTINATION_UNKNOWN] = "later",
	};
	struct report_sender *sender = foreseen->sender;
	TALLOC_CTX *mem = foreseen->mem;

	if (destination_is_excluded(address,
				    &sender->settings->exclude_addresses)) {
		add_destination(foreseen, address, "skipped",
				"excluded by report.exclude_addresses");
		return;
	}
	struct destination_check check = destination_check(
	    mem, dns_session_new(mem, sender->dns, sender->dns_budget_ms),
	    sender->method, "rua", policy_domain, address);
	add_destination(foreseen, address, states[check.status], check.why);
	for (size_t i = 0; i < check.instead.count; i++)
		add_destination(foreseen, check.instead.items[i], "to send",
				NULL);
}

static void check_addresses(struct foreseen *foreseen,
			    const struct aggregate_report *report)
{
	struct destination_list list =
	    destination_list(foreseen->mem, &report->rua,
			     foreseen->sender->settings->max_addresses);

	for (size_t i = 0; i < list.addresses.count; i++)
		check_address(foreseen, report->policy_domain,
			      list.addresses.items[i]);
	for (size_t i = 0; i < list.notes.count; i++)
		add_destination(foreseen, list.notes.items[i], "left out",
				NULL);
}

/* One report's object; `id` is NULL for one that is not made yet. */
struct shown {
	const char *id;
	int64_t begin_s;
	const char *policy_domain;
	int64_t messages;
	const char *why_not;
};

static void begin(struct foreseen *foreseen)
{
	foreseen->mem = mem_context(NULL);
	foreseen->destinations = json_new_array(foreseen->mem);
	foreseen->count++;
}

static void end(struct foreseen *foreseen, const struct shown *shown)
{
	struct json *object = json_new_object(foreseen->mem);
	char day[CLOCK_TEXT];

	json_put_text(object, "id", shown->id);
	json_put_text(object, "day", report_day_text(shown->begin_s, day));
	json_put_text(object, "policy_domain", shown->policy_domain);
	json_put_number(object, "messages", shown->messages);
	json_put_text(object, "why_not", shown->why_not);
	json_put(object, "destinations", foreseen->destinations);
	if (foreseen->is_json)
		(void)printf("%s\n", json_text(foreseen->mem, object));
	mem_free(foreseen->mem);
}

static void on_report(void *context, const struct aggregate_report *report,
		      const char *why_not)
{
	struct foreseen *foreseen = context;
	const struct shown shown = {.begin_s = report->begin_s,
				    .policy_domain = report->policy_domain,
				    .messages = report->messages,
				    .why_not = why_not};
	char day[CLOCK_TEXT];

	begin(foreseen);
	if (!foreseen->is_json)
		(void)printf("%s  %s, %" PRId64 " message%s%s%s\n",
			     report_day_text(report->begin_s, day),
			     report->policy_domain, report->messages,
			     report->messages == 1 ? "" : "s",
			     why_not == NULL ? "" : ": no report, ",
			     why_not == NULL ? "" : why_not);
	if (why_not == NULL)
		check_addresses(foreseen, report);
	end(foreseen, &shown);
}

static bool on_delivery(void *context, const struct store_delivery *delivery)
{
	add_destination(context, delivery->address,
			store_delivery_state_text(delivery->state),
			*delivery->reply == '\0' ? NULL : delivery->reply);
	return true;
}

static bool on_pending(void *context, const struct store_report *report)
{
	struct foreseen *foreseen = context;
	const struct shown shown = {.id = report->report_id,
				    .begin_s = report->begin_s,
				    .policy_domain = report->policy_domain,
				    .messages = report->messages};
	char day[CLOCK_TEXT];

	begin(foreseen);
	if (!foreseen->is_json)
		(void)printf("%s  %s, report %s, %s\n",
			     report_day_text(report->begin_s, day),
			     report->policy_domain, report->report_id,
			     report->state);
	foreseen->has_failed =
	    !store_deliveries_list(foreseen->sender->reports, report->report_id,
				   on_delivery, foreseen, foreseen->err);
	end(foreseen, &shown);
	return !foreseen->has_failed;
}

bool report_print_foreseen(struct report_sender *sender, bool is_json,
			   struct error *err)
{
	struct foreseen foreseen = {
	    .sender = sender, .is_json = is_json, .err = err};
	const struct store_report_filter pending = {
	    .policy_domain = sender->only_domain,
	    .begin_s = sender->only_day_s,
	    .is_pending = true};

	if (!report_foresee(sender, on_report, &foreseen, err) ||
	    !store_reports_list(sender->reports, &pending, on_pending,
				&foreseen, err) ||
	    foreseen.has_failed)
		return false;
	if (foreseen.count == 0 && !is_json)
		(void)printf("nothing to report and nothing that waits\n");
	return true;
}
