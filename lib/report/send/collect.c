/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * collect.c - which domains are owed a report for which day
 */
#include "lib/report/send/collect.h"

#include <string.h>

#include "lib/base/suffix.h"
#include "lib/report/make/aggregate_xml.h"
#include "lib/report/make/destination.h"
#include "lib/report/send/round_hold.h"
#include "lib/report/send/stop_point.h"

#define BACKLOG_S (REPORT_BACKLOG_DAYS * AGGREGATE_DAY_S)
#define HISTORY_S (30 * AGGREGATE_DAY_S)
#define BATCH 200

struct batch {
	struct report_sender *sender;
	TALLOC_CTX *mem; /* of the reports in it */
	struct store_report items[BATCH];
	size_t count;
	bool is_noted; /* else only told of */
	void (*seen)(void *context, const struct aggregate_report *report,
		     const char *why_not);
	void *context;
	struct error *err;
	bool has_failed;
};

static bool is_ahead(int64_t collected_until_s, int64_t today)
{
	return collected_until_s > today + AGGREGATE_DAY_S;
}

/* Days that the fleet has taken no round of. */
static bool find_fleet_period(struct report_sender *sender, int64_t *from_s,
			      int64_t *until_s, struct error *err)
{
	int64_t today =
	    aggregate_day_of(clock_now_s(sender->clock) - REPORT_DAY_MARGIN_S);
	struct store_round_figures figures;

	if (!store_round_figures(sender->reports, &figures, err))
		return false;
	*from_s = figures.reported_until_s > today - BACKLOG_S
		      ? figures.reported_until_s
		      : today - BACKLOG_S;
	*until_s = today;
	if (*from_s > *until_s)
		*from_s = *until_s;
	return true;
}

bool report_collect_period(struct report_sender *sender, int64_t *from_s,
			   int64_t *until_s, struct error *err)
{
	if (store_reports_is_fleet(sender->reports))
		return find_fleet_period(sender, from_s, until_s, err);
	int64_t today =
	    aggregate_day_of(clock_now_s(sender->clock) - REPORT_DAY_MARGIN_S);
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_run run;
	bool ok = store_run_get(mem, sender->reports, &run, err);

	mem_free(mem);
	if (!ok)
		return false;
	*until_s = today;
	*from_s = run.collected_until_s;
	if (sender->only_day_s != 0 && sender->only_day_s < today - BACKLOG_S) {
		*from_s = today; /* what was sent then may be forgotten now */
	} else if (sender->only_day_s != 0) {
		*from_s = sender->only_day_s;
		*until_s = sender->only_day_s < today
			       ? sender->only_day_s + AGGREGATE_DAY_S
			       : *from_s;
	} else if (run.collected_until_s == 0) {
		*from_s = today - AGGREGATE_DAY_S;
	} else if (*from_s < today - BACKLOG_S || is_ahead(*from_s, today)) {
		/* What was sent of these days is not sent again. */
		*from_s = today - BACKLOG_S;
	}
	if (*from_s > *until_s)
		*from_s = *until_s;
	return true;
}

/* --- one report --- */

/* Why it is not owed, in clean words; NULL when it is. *rank is 0 for a domain
 * of which something passed. */
static bool find_reason(struct report_sender *sender,
			const struct aggregate_report *report, const char **why,
			int64_t *rank, struct error *err)
{
	const struct report_settings *settings = sender->settings;
	struct store_report_counts counts;

	*why = NULL;
	*rank = 0;
	if (destination_is_domain_in(report->policy_domain,
				     &settings->exclude_domains)) {
		*why = "excluded by report.exclude_domains";
		return true;
	}
	if (!store_reports_count(sender->reports, report->policy_domain,
				 report->record, &counts, err))
		return false;
	if (counts.ordinary == 0)
		*why = "nothing but reports came from there";
	else if (settings->require_pass_ms > 0 && counts.passed == 0)
		*why = "nothing of it passed lately (report.require_pass)";
	*rank = counts.passed > 0 ? 0 : 1;
	return true;
}

/* The same, and whether its organisation has its share already. */
static bool find_last_reason(struct report_sender *sender,
			     const struct aggregate_report *report,
			     const char **why, int64_t *rank, struct error *err)
{
	bool is_within;

	if (!find_reason(sender, report, why, rank, err))
		return false;
	if (*why != NULL)
		return true;
	if (!store_reports_is_within(sender->reports, report->policy_domain,
				     report->record, &is_within, err))
		return false;
	if (!is_within)
		*why = "others below the same registered name go before it "
		       "(report.max_per_org_domain)";
	return true;
}

char *report_new_id(TALLOC_CTX *mem, const struct random_source *random)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[(AGGREGATE_ID_TEXT - 1) / 2];
	char *id = mem_array(mem, char, AGGREGATE_ID_TEXT);

	random->fill(random, bytes, sizeof bytes);
	memset(bytes + sizeof bytes - 2, 0, 2);
	for (size_t i = 0; i < sizeof bytes; i++) {
		id[2 * i] = digits[bytes[i] >> 4];
		id[2 * i + 1] = digits[bytes[i] & 15];
	}
	return id;
}

static bool write_batch(struct batch *batch)
{
	struct report_sender *sender = batch->sender;
	int64_t added = 0;

	if (batch->count > 0 &&
	    !store_reports_add(sender->reports, batch->items, batch->count,
			       &added, batch->err))
		return false;
	sender->totals.collected += added;
	report_sender_moved(sender, "collected", sender->totals.collected);
	batch->count = 0;
	mem_free(batch->mem);
	batch->mem = mem_context(NULL);
	stop_point("collecting");
	return true;
}

/* By chance; in a fleet by what it is about. */
static const char *id_of(const struct batch *batch,
			 const struct aggregate_report *report)
{
	const struct report_sender *sender = batch->sender;

	if (sender->round == NULL)
		return report_new_id(batch->mem, sender->random);
	return fleet_key_report_id(batch->mem, sender->fleet_key,
				   sender->round->day_s, sender->round->round,
				   report->policy_domain, report->record);
}

static void add_report(struct batch *batch,
		       const struct aggregate_report *report, int64_t rank)
{
	struct report_sender *sender = batch->sender;
	int64_t now_s = clock_now_s(sender->clock);

	batch->items[batch->count++] = (struct store_report){
	    .report_id = id_of(batch, report),
	    .policy_domain = mem_strdup(batch->mem, report->policy_domain),
	    .record = mem_strdup(batch->mem, report->record),
	    .begin_s = report->begin_s,
	    .end_s = report->end_s,
	    .messages = report->messages,
	    .rank = rank,
	    .round = sender->round == NULL ? 0 : sender->round->round,
	    .created_s = now_s,
	    .give_up_s = now_s + sender->settings->give_up_after_ms / 1000,
	};
}

static bool take_report(void *context, const struct aggregate_report *report)
{
	struct batch *batch = context;
	const char *why;
	int64_t rank;

	if (!find_last_reason(batch->sender, report, &why, &rank, batch->err)) {
		batch->has_failed = true;
		return false;
	}
	if (batch->seen != NULL)
		batch->seen(batch->context, report, why);
	if (why == NULL && batch->is_noted)
		add_report(batch, report, rank);
	if (batch->count == BATCH &&
	    (!write_batch(batch) ||
	     !report_round_goes_on(batch->sender, batch->err)))
		batch->has_failed = true;
	return !batch->has_failed;
}

/* --- days --- */

/* What is owed, for the limit that the reports of one organisation have. */
static bool note_owed(void *context, const struct aggregate_report *report)
{
	struct batch *batch = context;
	struct report_sender *sender = batch->sender;
	struct store_report_owed owed = {
	    .org_domain = suffix_registrable(report->policy_domain),
	    .policy_domain = report->policy_domain,
	    .record = report->record,
	    .messages = report->messages,
	};
	const char *why;

	batch->has_failed =
	    !find_reason(sender, report, &why, &owed.rank, batch->err) ||
	    (why == NULL &&
	     !store_reports_owe(sender->reports, &owed, batch->err));
	return !batch->has_failed;
}

static bool take_day(struct batch *batch, int64_t day_s, struct error *err)
{
	struct report_sender *sender = batch->sender;
	TALLOC_CTX *mem = mem_context(NULL);
	/* What passed within that time makes a domain go before others. */
	int64_t required_s = sender->settings->require_pass_ms / 1000;
	int64_t passed_since_s = clock_now_s(sender->clock) -
				 (required_s > 0 ? required_s : HISTORY_S);
	int64_t round = sender->round == NULL ? 0 : sender->round->round;
	const char *domain = sender->round == NULL ? sender->only_domain : NULL;
	struct aggregate_day *day;
	bool ok =
	    aggregate_open_round(mem, sender->reader, day_s, domain, round,
				 &day, err) &&
	    store_reports_gather(sender->reports, day_s,
				 day_s + AGGREGATE_DAY_S, round, passed_since_s,
				 err) &&
	    aggregate_list(day, note_owed, batch, err) && !batch->has_failed &&
	    store_reports_limit(sender->reports,
				sender->settings->max_per_org_domain, err) &&
	    aggregate_list(day, take_report, batch, err) &&
	    !batch->has_failed && write_batch(batch);

	mem_free(mem);
	return ok;
}

/* A run about one domain or one day leaves the others to the next. */
static bool note_progress(struct report_sender *sender, int64_t until_s,
			  struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_run run;
	bool ok = store_run_get(mem, sender->reports, &run, err);

	run.collected_until_s = until_s;
	ok = ok && (sender->only_domain != NULL || sender->only_day_s != 0 ||
		    store_run_set(sender->reports, &run, err));
	mem_free(mem);
	return ok;
}

static bool take_days(struct batch *batch, struct error *err)
{
	struct report_sender *sender = batch->sender;
	int64_t from_s;
	int64_t until_s;
	bool ok = report_collect_period(sender, &from_s, &until_s, err);

	batch->mem = mem_context(NULL);
	batch->err = err;
	for (int64_t day_s = from_s; ok && day_s < until_s;
	     day_s += AGGREGATE_DAY_S) {
		ok = take_day(batch, day_s, err) &&
		     (!batch->is_noted ||
		      note_progress(sender, day_s + AGGREGATE_DAY_S, err));
		stop_point("collected");
	}
	mem_free(batch->mem);
	return ok;
}

bool report_collect(struct report_sender *sender, struct error *err)
{
	struct batch batch = {.sender = sender, .is_noted = true};
	int64_t today = aggregate_day_of(clock_now_s(sender->clock));
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_run run;
	bool ok = store_run_get(mem, sender->reports, &run, err);

	/* A clock that was ahead once took days that were to come. */
	if (ok && is_ahead(run.collected_until_s, today))
		ok = store_run_lower(sender->reports, today - BACKLOG_S, err);
	mem_free(mem);
	return ok && take_days(&batch, err);
}

bool report_collect_round(struct report_sender *sender, struct error *err)
{
	struct batch batch = {.sender = sender,
			      .is_noted = true,
			      .mem = mem_context(NULL),
			      .err = err};
	bool ok = take_day(&batch, sender->round->day_s, err);

	mem_free(batch.mem);
	return ok;
}

bool report_foresee(struct report_sender *sender,
		    void (*seen)(void *context,
				 const struct aggregate_report *report,
				 const char *why_not),
		    void *context, struct error *err)
{
	struct batch batch = {
	    .sender = sender, .seen = seen, .context = context};

	return take_days(&batch, err);
}
