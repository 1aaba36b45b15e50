/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * foreseen.c - alignctl report send --dry-run: what a run would do
 */
#include "tools/report/foreseen.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/report/make/destination.h"
#include "lib/report/send/collect.h"
#include "lib/report/send/destination_check.h"
#include "tools/report/shared.h"

struct foreseen {
	struct report_sender *sender;
	enum show_form form;
	int64_t count;
	struct error *err;
	bool has_failed;
};

static void add_destination(struct show *list, const char *address,
			    const char *state, const char *why)
{
	struct show *item = show_add(list);

	report_put_destination(item, address, state, why == NULL ? "" : why);
	show_data(item, "why", value_text(why));
}

static void check_address(struct show *list, struct report_sender *sender,
			  const char *policy_domain, const char *address)
{
	static const char *const states[] = {
	    [DESTINATION_UNAUTHORISED] = "unauthorised",
	    [DESTINATION_AUTHORISED] = "to send",
	    [DESTINATION_REPLACED] = "replaced",
	    [DESTINATION_UNKNOWN] = "later",
	};

	if (destination_is_excluded(address,
				    &sender->settings->exclude_addresses)) {
		add_destination(list, address, "skipped",
				"excluded by report.exclude_addresses");
		return;
	}
	struct destination_check check = destination_check(
	    list, dns_session_new(list, sender->dns, sender->dns_budget_ms),
	    sender->method, "rua", policy_domain, address);
	add_destination(list, address, states[check.status], check.why);
	for (size_t i = 0; i < check.instead.count; i++)
		add_destination(list, check.instead.items[i], "to send", NULL);
}

static void check_addresses(struct show *list, struct report_sender *sender,
			    const struct aggregate_report *report)
{
	struct destination_list destinations = destination_list(
	    list, &report->rua, sender->settings->max_addresses);

	for (size_t i = 0; i < destinations.addresses.count; i++)
		check_address(list, sender, report->policy_domain,
			      destinations.addresses.items[i]);
	for (size_t i = 0; i < destinations.notes.count; i++)
		add_destination(list, destinations.notes.items[i], "left out",
				NULL);
}

/* The members of one report; `id` is NULL for one that is not made yet.
 * Returns the list of its destinations. */
static struct show *put_report(struct show *show, const char *id,
			       int64_t begin_s, const char *policy_domain,
			       int64_t messages, const char *why_not)
{
	show_data(show, "id", value_text(id));
	show_data(show, "day", value_day(begin_s));
	show_data(show, "policy_domain", value_text(policy_domain));
	show_data(show, "messages", value_number(messages));
	show_data(show, "why_not", value_text(why_not));
	return show_list(show, "destinations");
}

static void print_foreseen(void *context, const struct aggregate_report *report,
			   const char *why_not)
{
	struct foreseen *foreseen = context;
	struct show *show = show_new(NULL);
	struct show *list =
	    put_report(show, NULL, report->begin_s, report->policy_domain,
		       report->messages, why_not);
	char day[CLOCK_TEXT];

	show_line(show, "%s  %s, %" PRId64 " message%s%s%s",
		  clock_day_text(report->begin_s, day), report->policy_domain,
		  report->messages, report->messages == 1 ? "" : "s",
		  why_not == NULL ? "" : ": no report, ",
		  why_not == NULL ? "" : why_not);
	if (why_not == NULL)
		check_addresses(list, foreseen->sender, report);
	show_write(stdout, foreseen->form, show);
	mem_free(show);
	foreseen->count++;
}

static bool put_delivery(void *context, const struct store_delivery *delivery)
{
	add_destination(context, delivery->address,
			store_delivery_state_text(delivery->state),
			*delivery->reply == '\0' ? NULL : delivery->reply);
	return true;
}

static bool print_pending(void *context, const struct store_report *report)
{
	struct foreseen *foreseen = context;
	struct show *show = show_new(NULL);
	struct show *list =
	    put_report(show, report->report_id, report->begin_s,
		       report->policy_domain, report->messages, NULL);
	char day[CLOCK_TEXT];

	show_line(show, "%s  %s, report %s, %s",
		  clock_day_text(report->begin_s, day), report->policy_domain,
		  report->report_id, report->state);
	foreseen->has_failed =
	    !store_deliveries_list(foreseen->sender->reports, report->report_id,
				   put_delivery, list, foreseen->err);
	if (!foreseen->has_failed)
		show_write(stdout, foreseen->form, show);
	mem_free(show);
	foreseen->count++;
	return !foreseen->has_failed;
}

bool report_print_foreseen(struct report_sender *sender, enum show_form form,
			   bool is_quiet, struct error *err)
{
	struct foreseen foreseen = {.sender = sender, .form = form, .err = err};
	const struct store_report_filter pending = {
	    .policy_domain = sender->only_domain,
	    .begin_s = sender->only_day_s,
	    .is_pending = true};

	if (!report_foresee(sender, print_foreseen, &foreseen, err) ||
	    !store_reports_list(sender->reports, &pending, print_pending,
				&foreseen, err) ||
	    foreseen.has_failed)
		return false;
	if (foreseen.count == 0 && form == SHOW_TEXT && !is_quiet)
		(void)printf("nothing to report and nothing that waits\n");
	return true;
}
