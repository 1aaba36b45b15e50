/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_REPLY_H
#define MILTER_REPLY_H

/*
 * reply - a verdict carried out: header changes, quarantine, SMTP reply
 *
 * Where the MTA did not grant what the configured way needs, the next weaker
 * one is taken: redirect, hold, tag.
 */

#include "lib/eval/verdict.h"
#include "milter/mta.h"

struct reply_order {
	const struct verdict *verdict;
	const struct policy_settings *policy;
	/* Every recipient as the MTA spelled it; NULL when they were not kept
	 * or were too many: then no redirect. */
	const struct text_list *recipients;
};

enum mta_answer reply_apply(TALLOC_CTX *mem, const struct mta *mta,
			    const struct reply_order *order);

/* For mail that was not evaluated: there is too much of it. */
enum mta_answer reply_overloaded(TALLOC_CTX *mem, const struct mta *mta);

/* Likewise: the daemon stops. */
enum mta_answer reply_stopping(TALLOC_CTX *mem, const struct mta *mta);

#endif
