/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_HEALTH_H
#define STORE_STORE_HEALTH_H

/*
 * store_health - what is known of the addresses that reports go to
 *
 * An address that refuses is left alone for a while, longer each time; the
 * operator can do so too, for an address or all of a domain. What came back
 * speaks for the policy domain of that report alone: such a pause is a row of
 * the address and that domain.
 */

#include "lib/store/store_report.h"

/* What is known of an address, or of "@DOMAIN" with all addresses there. */
struct store_health {
	const char *address;
	const char *policy_domain; /* whose reports; "": all */
	int64_t last_ok_s;
	int64_t last_error_s;
	const char *last_error;
	int64_t failures;	    /* since the last success */
	int64_t suppressed_until_s; /* 0: not; INT64_MAX: for good */
	const char *suppressed_why;
};

/* The row of exactly that address, or "@DOMAIN", and policy domain, below
 * `mem`; *health is NULL when nothing is known. */
bool store_health_find(TALLOC_CTX *mem, struct store_reports *reports,
		       const char *address, const char *policy_domain,
		       struct store_health **health, struct error *err)
    __attribute__((warn_unused_result));

bool store_health_set(struct store_reports *reports,
		      const struct store_health *health, struct error *err)
    __attribute__((warn_unused_result));

/* Those that failed last, or are suppressed at `now_s`; 0: all. */
bool store_health_list(struct store_reports *reports, int64_t now_s,
		       bool (*seen)(void *context,
				    const struct store_health *health),
		       void *context, struct error *err)
    __attribute__((warn_unused_result));

/* All rows of the address, whichever policy domain. */
bool store_health_of(struct store_reports *reports, const char *address,
		     bool (*seen)(void *context,
				  const struct store_health *health),
		     void *context, struct error *err)
    __attribute__((warn_unused_result));

/* Forgets every pause of the address, or of "@DOMAIN"; what waited for its end
 * is due at `now_s`. */
bool store_health_lift(struct store_reports *reports, const char *address,
		       int64_t now_s, struct error *err)
    __attribute__((warn_unused_result));

/* Deletes what is known about single policy domains and ended before that. */
bool store_health_forget(struct store_reports *reports, int64_t before_s,
			 struct error *err) __attribute__((warn_unused_result));

#endif
