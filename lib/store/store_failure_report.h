/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_FAILURE_REPORT_H
#define STORE_STORE_FAILURE_REPORT_H

/*
 * store_failure_report - from a kept failure to a report on its way
 *
 *	failure (kept by the daemon)
 *	   |-> dropped: nobody asks for it, or reports were switched off
 *	   '-> report of kind "failure", rendered, delivered as any other
 *	       (store_delivery.h); its text is deleted once it is settled
 *
 * Writing a report deletes the failure in the same transaction, so there is
 * one report for it, with one id.
 */

#include "lib/store/store_entry.h"
#include "lib/store/store_report.h"

struct store_failure_row {
	int64_t failure_id;
	int64_t incidents; /* itself, and those it stands for */
	struct store_failure failure;
};

/* Those kept and not yet written, the oldest first; from `after_id` on, at
 * most `limit` (0: all), of one policy domain unless that is NULL. The texts
 * live until `seen` returns. */
bool store_failures_list(struct store_reports *reports, const char *domain,
			 int64_t after_id, long limit,
			 bool (*seen)(void *context,
				      const struct store_failure_row *row),
			 void *context, struct error *err)
    __attribute__((warn_unused_result));

struct store_failure_rendering {
	int64_t failure_id;
	/* For store_failures_hand_over; else the failure's row has them. */
	const char *policy_domain;
	const char *reference;
	int64_t time_s;
	int64_t incidents;

	const char *report_id;
	struct span message; /* as it is sent, but for the first fields */
	size_t address_count;
	const char *const *addresses;
	int64_t now_s;
	int64_t give_up_s;
};

/* Does nothing when another sender was first. */
bool store_failures_rendered(struct store_reports *reports,
			     const struct store_failure_rendering *rendering,
			     struct error *err)
    __attribute__((warn_unused_result));

/* The same as a report of the fleet's, which has no failures of its own; once,
 * however often. The host drops its failure afterwards. */
bool store_failures_hand_over(struct store_reports *fleet,
			      const struct store_failure_rendering *rendering,
			      struct error *err)
    __attribute__((warn_unused_result));

bool store_failures_drop(struct store_reports *reports, int64_t failure_id,
			 struct error *err) __attribute__((warn_unused_result));

/* Deletes the text of reports that are settled; that they were sent, and
 * where, stays known as of any report. */
bool store_failures_forget(struct store_reports *reports, struct error *err)
    __attribute__((warn_unused_result));

/* Kept and not written yet; counted only, since the limits of their hour were
 * reached. */
bool store_failures_count(struct store_reports *reports, int64_t *waiting,
			  int64_t *counted_only, struct error *err)
    __attribute__((warn_unused_result));

#endif
