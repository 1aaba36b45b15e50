/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_DAY_H
#define STORE_STORE_DAY_H

/*
 * store_day - the results of one period by policy domain and record
 *
 * Opening gathers which tuples were seen and how often, in temporary tables of
 * the reader's connection that hold numbers and the policies, no other texts;
 * they lie on disk when they grow. One is open at a time on a reader. What a
 * writer adds later is not seen; tuples that it purges meanwhile vanish.
 *
 * Left out: tuples without a policy domain or record, and those that were
 * answered with a temporary error, since that mail comes again; and a policy of
 * which nothing but remembered answers is known in the period.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/store/store_reader.h"

struct store_day;

/* One policy domain with one record. Texts live until the callback ends. */
struct store_policy {
	int64_t number; /* 1 on, in the order of domain and record */
	const char *policy_domain;
	const char *record;
	const char *discovery; /* "" when several occur */
	int64_t messages;
	int64_t passed;	 /* dmarc_result is "pass" */
	int64_t refused; /* applied is "reject" */
	int64_t others;	 /* counted without their senders (store_ceiling.h):
			    store_day_rows() does not show them */
};

/* since_s <= time < until_s, whole hours. */
struct store_day_choice {
	int64_t since_s;
	int64_t until_s;
	const char *policy_domain; /* NULL: all */
	/* Of the fleet's record alone: what is in that round (store_round.h),
	 * 0: in none yet. */
	int64_t round;
};

#define STORE_DAY_ALL_ROUNDS (-1)

/* Gathers that. Owned by `mem`, which ends before the reader. Over the fleet
 * one transaction of the reader's connection lasts until it is closed. */
bool store_day_open(TALLOC_CTX *mem, struct store_reader *reader,
		    const struct store_day_choice *choice,
		    struct store_day **day, struct error *err)
    __attribute__((warn_unused_result));

/* The policies in order of domain and record, bytewise; calls `seen` for each
 * until it returns false. `seen` may ask for rows, not for policies. */
bool store_day_policies(struct store_day *day,
			bool (*seen)(void *context,
				     const struct store_policy *policy),
			void *context, struct error *err)
    __attribute__((warn_unused_result));

/* What was seen under one policy: tuples that differ in nothing a report shows
 * are one. Sorted by client, author domain, MAIL FROM domain, then the rest.
 * Of the tuple only the members from author_domain to override_comment that
 * reports need are set (store_day.c lists them), the others are NULL;
 * `tuple_id` is the least of those counted. */
bool store_day_rows(struct store_day *day, int64_t number,
		    bool (*seen)(void *context, int64_t tuple_id, int64_t count,
				 const struct store_tuple *tuple),
		    void *context, struct error *err)
    __attribute__((warn_unused_result));

/* The UTC days (00:00:00) that have results, oldest first, until `seen`
 * returns false; with a policy domain, results under its policy. */
bool store_days(struct store_reader *reader, const char *policy_domain,
		bool (*seen)(void *context, int64_t day_s), void *context,
		struct error *err) __attribute__((warn_unused_result));

#endif
