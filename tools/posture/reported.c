/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reported.c - what kept reports of others say of mail in the domains' names
 */
#include "tools/posture/reported.h"

#include <stdlib.h>
#include <string.h>

#include "lib/store/store_inbox_read.h"
#include "tools/store.h"

/* The source at hand; its sums come one after the other, by cause. */
struct reading {
	struct traffic *traffic;
	struct posture_traffic *domain; /* NULL: not asked for */
	struct posture_source source;
};

/* Strangers counted; a sum may be more than a number holds. */
static void add(int64_t *sum, int64_t more)
{
	if (__builtin_add_overflow(*sum, more, sum))
		*sum = INT64_MAX;
}

/* Puts the source where it belongs, the most failures first. */
static void settle_source(struct reading *reading)
{
	struct posture_reported *reported;
	struct posture_source source = reading->source;

	if (reading->domain == NULL || source.failed == 0)
		return;
	reported = &reading->domain->reported;
	reported->failing++;
	for (size_t i = 0; i < COUNT_OF(reported->sources); i++) {
		struct posture_source *place = &reported->sources[i];
		if (source.failed <= place->failed)
			continue;
		const struct posture_source moved = *place;
		*place = source;
		source = moved;
	}
}

static bool is_same(const struct reading *reading,
		    const struct store_inbox_sum *sum)
{
	return reading->domain != NULL &&
	       strcmp(reading->domain->domain, sum->domain) == 0 &&
	       strcmp(reading->source.address, sum->address) == 0;
}

static bool take_sum(void *context, const struct store_inbox_sum *sum)
{
	struct reading *reading = context;

	if (!is_same(reading, sum)) {
		settle_source(reading);
		reading->domain = traffic_find(reading->traffic, sum->domain);
		reading->source = (struct posture_source){
		    .address =
			mem_strdup(reading->traffic->items, sum->address)};
	}
	if (reading->domain != NULL) {
		struct posture_reported *reported = &reading->domain->reported;
		add(&reported->messages, sum->messages);
		add(&reported->aligned, sum->aligned);
		add(&reading->source.failed, sum->messages - sum->aligned);
	}
	return true;
}

static bool take_sessions(void *context, const struct store_inbox_tls_sum *sum)
{
	struct posture_traffic *domain = traffic_find(context, sum->domain);

	if (domain != NULL && strcmp(sum->policy, "sts") == 0) {
		add(&domain->reported.sts_sessions, sum->successful);
		add(&domain->reported.sts_sessions, sum->failed);
		add(&domain->reported.sts_failed, sum->failed);
	}
	return true;
}

/* --- sessions that failed --- */

#define FAILURES_MAX 1000 /* kinds of one domain; real ones are a dozen */

/* That of the type and host, whoever reports; NULL: there are too many. */
static struct posture_tls_failure *
find_failure(TALLOC_CTX *mem, struct posture_reported *reported,
	     const struct store_inbox_tls_detail *detail)
{
	for (size_t i = 0; i < reported->tls_failing; i++) {
		struct posture_tls_failure *failure =
		    &reported->tls_failures[i];
		if (strcmp(failure->type, detail->type) == 0 &&
		    strcmp(failure->mx, detail->mx) == 0)
			return failure;
	}
	if (reported->tls_failing == FAILURES_MAX)
		return NULL;
	reported->tls_failures =
	    mem_resize(mem, reported->tls_failures, struct posture_tls_failure,
		       reported->tls_failing + 1);
	struct posture_tls_failure *made =
	    &reported->tls_failures[reported->tls_failing++];
	*made = (struct posture_tls_failure){
	    .type = mem_strdup(mem, detail->type),
	    .mx = mem_strdup(mem, detail->mx),
	};
	return made;
}

static bool take_detail(void *context,
			const struct store_inbox_tls_detail *detail)
{
	struct traffic *traffic = context;
	struct posture_traffic *domain = traffic_find(traffic, detail->domain);
	struct posture_tls_failure *failure = NULL;

	if (domain != NULL && strcmp(detail->policy, "sts") == 0)
		failure =
		    find_failure(traffic->items, &domain->reported, detail);
	if (failure != NULL)
		add(&failure->sessions, detail->sessions);
	return true;
}

static int compare_failures(const void *left, const void *right)
{
	const struct posture_tls_failure *a = left;
	const struct posture_tls_failure *b = right;

	return (a->sessions < b->sessions) - (a->sessions > b->sessions);
}

static void sort_failures(struct traffic *traffic)
{
	for (size_t i = 0; i < traffic->count; i++) {
		struct posture_reported *reported = &traffic->items[i].reported;
		if (reported->tls_failing > 1)
			qsort(reported->tls_failures, reported->tls_failing,
			      sizeof reported->tls_failures[0],
			      compare_failures);
	}
}

/* --- how many there are --- */

static bool take_reporter(void *context,
			  const struct store_inbox_reporter *reporter)
{
	struct posture_traffic *domain =
	    traffic_find(context, reporter->domain);
	struct posture_reported *reported;

	if (domain == NULL)
		return true;
	reported = &domain->reported;
	bool is_tls = strcmp(reporter->kind, "tls") == 0;
	add(is_tls ? &reported->all_tls_reports : &reported->all_reports,
	    reporter->reports);
	if (reporter->proof == INBOX_PROOF_SENDER)
		add(is_tls ? &reported->tls_reports : &reported->reports,
		    reporter->reports);
	return true;
}

static bool read_all(struct store_inbox *inbox,
		     struct store_inbox_period *period, struct traffic *traffic,
		     struct error *err)
{
	struct reading reading = {.traffic = traffic};

	if (!store_inbox_reporters(inbox, period, take_reporter, traffic, err))
		return false;
	period->is_proved = true;
	bool ok = store_inbox_sums(inbox, period, take_sum, &reading, err);
	settle_source(&reading);
	ok = ok &&
	     store_inbox_tls_sums(inbox, period, take_sessions, traffic, err) &&
	     store_inbox_tls_details(inbox, period, take_detail, traffic, err);
	sort_failures(traffic);
	return ok;
}

bool reported_read(struct tool *tool, const char *path, struct traffic *traffic,
		   struct error *err)
{
	int64_t now_s = clock_now_s(&tool->clock);
	struct store_inbox_period period = {
	    .before_s = now_s - POSTURE_REPORTED_DAYS * INT64_C(86400),
	    .since_s = now_s - POSTURE_REPORTED_DAYS * INT64_C(86400),
	    .until_s = now_s,
	    .domain = "",
	    .address = "",
	};
	struct store_inbox *inbox;

	if (traffic->count == 0)
		return true;
	if (!store_inbox_open(tool->mem, path, STORE_DB_READ, &inbox, err))
		return false;
	store_inbox_list_flaws(inbox, tool_store_flaws(tool));
	bool ok = read_all(inbox, &period, traffic, err);
	mem_free(inbox);
	return ok;
}
