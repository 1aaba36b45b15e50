/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INBOX_SUMMARY_H
#define INBOX_SUMMARY_H

/*
 * summary - what the kept reports say of a period, as plain data
 *
 * Gathered from the store, all below one context. Memory grows with the sources
 * and causes, not with messages or reports.
 */

#include "lib/inbox/services.h"
#include "lib/store/store_inbox_read.h"

/* Why messages failed, most first. */
struct inbox_why {
	const char *words;
	int64_t messages;
};

struct inbox_source {
	const char *domain;
	const char *address;
	const char *network; /* its /24 or /48 */
	const char *name;    /* its confirmed host name; "" where not asked */
	const char *service; /* "": none that is known */
	int64_t messages;
	int64_t aligned;
	int64_t dkim_aligned;
	int64_t spf_aligned;
	int64_t quarantined;
	int64_t rejected;
	int64_t before; /* messages of the period before, and aligned ones */
	int64_t before_aligned;
	int64_t first_s;
	int64_t last_s;
	size_t why_count;
	struct inbox_why *whys;
};

struct inbox_tls_type {
	const char *type;
	const char *mx;
	const char *receiving_ip;
	int64_t sessions;
	int64_t first_s; /* the first and the last day of these */
	int64_t last_s;
};

/* One reporter and policy type: sessions of another are other counts, of the
 * same sessions perhaps. */
struct inbox_tls_line {
	const char *domain;
	const char *reporter;
	const char *policy;
	int64_t successful;
	int64_t failed;	 /* as the summaries say */
	int64_t counted; /* as the details add up to */
	int64_t first_s; /* the first and the last day with a failure; or 0 */
	int64_t last_s;
	size_t type_count;
	struct inbox_tls_type *types; /* most first */
};

/* Which source of a domain stands first. */
enum inbox_order {
	INBOX_BY_MESSAGES, /* the biggest */
	INBOX_BY_FAILING,  /* of which most fails */
};

struct inbox_summary {
	size_t source_count;
	struct inbox_source *sources; /* by domain, then as was asked for */
	size_t tls_count;
	struct inbox_tls_line *tls; /* by domain */
	size_t failure_count;
	struct store_inbox_failure_sum *failures;
	size_t reporter_count;
	struct store_inbox_reporter *reporters; /* of what counts */
	size_t apart_count;
	struct store_inbox_apart *aparts;
	size_t aside_count;
	struct store_inbox_aside *asides; /* without their bytes */
};

bool inbox_summary_read(TALLOC_CTX *mem, struct store_inbox *inbox,
			const struct store_inbox_period *period,
			enum inbox_order order, struct inbox_summary *summary,
			struct error *err) __attribute__((warn_unused_result));

/* Names each source's service, once its host name is known or is not asked
 * for. */
void inbox_summary_name(TALLOC_CTX *mem, struct inbox_summary *summary,
			const struct inbox_services *services);

/* The sums of so many sources; "messages", "aligned" and those of the period
 * before alone are set. */
struct inbox_source inbox_summary_total(const struct inbox_source *sources,
					size_t count);

/* How it is beside the period before: "new", "gone", "up", "down", "level". */
const char *inbox_source_trend(const struct inbox_source *source);

#endif
