/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_READ_SOURCE_SUMS_H
#define REPORT_READ_SOURCE_SUMS_H

/*
 * source_sums - rows of received reports, summed per source
 *
 * Rows are added as they are read and count once their report is kept; those
 * of a refused report, or of one that was seen before, are dropped. Memory
 * grows with the rows, not with what they count.
 */

#include "lib/report/read/reader.h"

struct source_sums;

/* Why mail of a source failed, and for how many messages. */
struct source_cause {
	const char *words;
	int64_t messages;
};

struct source_sum {
	const char *domain; /* policy_published/domain */
	const char *source_ip;
	int64_t messages;
	int64_t passed; /* DKIM or SPF aligned */
	int64_t dkim_aligned;
	int64_t spf_aligned;
	int64_t quarantined;
	int64_t rejected;
	size_t cause_count; /* most frequent first */
	const struct source_cause *causes;
};

/* Of one domain. */
struct source_total {
	const char *domain;
	int64_t messages;
	int64_t passed;
	size_t count;			  /* sources */
	const struct source_sum *sources; /* failing most first, then by
					     messages */
};

struct source_list {
	size_t count; /* domains, most messages first */
	const struct source_total *items;
};

/* Owned by `mem`, and all that comes out of it. */
struct source_sums *source_sums_new(TALLOC_CTX *mem);

void source_sums_add(struct source_sums *sums,
		     const struct received_report *report,
		     const struct received_row *row);

/* The rows added since belong to this report. False: it was kept before (same
 * reporter, id and begin), and they are dropped. */
bool source_sums_keep(struct source_sums *sums,
		      const struct received_report *report);

/* The rows added since are dropped. */
void source_sums_drop(struct source_sums *sums);

struct source_list source_sums_list(struct source_sums *sums);

#endif
