/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * failure_render.c - the failures that the daemon kept become reports
 */
#include "lib/report/send/failure_render.h"

#include "lib/dmarc/record.h"
#include "lib/report/make/destination.h"
#include "lib/report/make/failure_mail.h"
#include "lib/report/send/collect.h"
#include "lib/report/send/stop_point.h"

#define BATCH 50

/* The reports at hand: writing them down must not meet the reading. */
struct batch {
	struct report_sender *sender;
	TALLOC_CTX *mem;
	int64_t last_id;
	size_t count;
	struct store_failure_rendering items[BATCH];
};

struct text_list failure_addresses(TALLOC_CTX *mem,
				   const struct report_settings *settings,
				   const struct store_failure *failure)
{
	struct text_list none = {.count = 0};

	if (settings->failure_reports == FAILURES_NO ||
	    destination_is_domain_in(failure->policy_domain,
				     &settings->exclude_domains))
		return none;
	const struct record *record =
	    record_parse(mem, span_of(failure->record));
	return destination_list(mem, &record->ruf, settings->max_addresses)
	    .addresses;
}

char *failure_message(TALLOC_CTX *mem, const struct report_settings *settings,
		      const struct store_failure_row *row,
		      const char *report_id, int64_t now_s)
{
	const struct failure_mail mail = {
	    .report_id = report_id,
	    .org_name = report_org_name(settings),
	    .contact = settings->contact,
	    .incidents = row->incidents,
	    .now_s = now_s,
	    .failure = &row->failure,
	};

	return failure_mail_write(mem, &mail);
}

static bool on_failure(void *context, const struct store_failure_row *row)
{
	struct batch *batch = context;
	struct report_sender *sender = batch->sender;
	const struct report_settings *settings = sender->settings;
	struct text_list addresses =
	    failure_addresses(batch->mem, settings, &row->failure);
	int64_t now_s = clock_now_s(sender->clock);
	const struct store_failure *failure = &row->failure;
	const char *id = sender->own == NULL
			     ? report_new_id(batch->mem, sender->random)
			     : fleet_key_failure_id(
				   batch->mem, sender->fleet_key,
				   failure->time_s, row->failure_id,
				   failure->reference, failure->policy_domain);

	batch->last_id = row->failure_id;
	batch->items[batch->count++] = (struct store_failure_rendering){
	    .failure_id = row->failure_id,
	    .policy_domain = mem_strdup(batch->mem, failure->policy_domain),
	    .reference = mem_strdup(batch->mem, failure->reference),
	    .time_s = failure->time_s,
	    .incidents = row->incidents,
	    .report_id = id,
	    .message =
		span_of(failure_message(batch->mem, settings, row, id, now_s)),
	    .address_count = addresses.count,
	    .addresses = addresses.items,
	    .now_s = now_s,
	    .give_up_s = now_s + settings->give_up_after_ms / 1000,
	};
	return true;
}

/* Into the fleet's reports, within its limits of an hour; one that was handed
 * over before the run was cut short is there already. */
static bool hand_over(struct report_sender *sender,
		      const struct store_failure_rendering *item,
		      bool *is_taken, struct error *err)
{
	const struct report_settings *settings = sender->settings;

	return store_round_admit_failure(
		   sender->reports, item->time_s, item->policy_domain,
		   settings->failures_per_domain, settings->failures_per_hour,
		   is_taken, err) &&
	       (!*is_taken ||
		store_failures_hand_over(sender->reports, item, err)) &&
	       store_failures_drop(sender->own, item->failure_id, err);
}

static bool keep_report(struct report_sender *sender,
			const struct store_failure_rendering *item,
			struct error *err)
{
	bool is_taken = true;

	if (sender->own == NULL
		? !store_failures_rendered(sender->reports, item, err)
		: !hand_over(sender, item, &is_taken, err))
		return false;
	if (is_taken)
		sender->totals.rendered++;
	else
		sender->totals.left_out++;
	return true;
}

/* Failures are each host's own. */
static struct store_reports *kept_in(const struct report_sender *sender)
{
	return sender->own == NULL ? sender->reports : sender->own;
}

static bool store_batch(struct batch *batch, struct error *err)
{
	struct report_sender *sender = batch->sender;

	for (size_t i = 0; i < batch->count; i++) {
		const struct store_failure_rendering *item = &batch->items[i];
		if (item->address_count == 0) {
			if (!store_failures_drop(kept_in(sender),
						 item->failure_id, err))
				return false;
			sender->totals.left_out++;
			continue;
		}
		if (!keep_report(sender, item, err))
			return false;
		stop_point("failure-rendered");
	}
	return true;
}

bool failure_render(struct report_sender *sender, struct error *err)
{
	struct batch batch = {.sender = sender};
	bool ok = true;

	/* A run for one day is about aggregate reports. */
	if (sender->only_day_s != 0)
		return true;
	do {
		batch.mem = mem_context(NULL);
		batch.count = 0;
		ok = store_failures_list(kept_in(sender), sender->only_domain,
					 batch.last_id, BATCH, on_failure,
					 &batch, err) &&
		     store_batch(&batch, err);
		mem_free(batch.mem);
	} while (ok && batch.count == BATCH);
	return ok;
}
