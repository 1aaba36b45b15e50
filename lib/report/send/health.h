/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_SEND_HEALTH_H
#define REPORT_SEND_HEALTH_H

/*
 * health - how long an address is left alone, and for whose reports
 *
 * A refusal that the mail server spoke to the recipient pauses the address. A
 * bounce, or a report that could not be handed on for days, speaks for its own
 * policy domain: only when those of several, below LIMIT_BOUNCE_DOMAINS
 * different registered names, came back within a pause does the address pause
 * for all. Each further time the pause is twice as long, at most 90 days.
 */

#include "lib/app/report_settings.h"
#include "lib/store/store_health.h"

/* The health after one more refusal at `now_s`; `health` may be NULL, the
 * policy domain "" for all. Below `mem`. */
struct store_health *
report_refused_health(TALLOC_CTX *mem, const struct report_settings *settings,
		      const struct store_health *health, const char *address,
		      const char *policy_domain, const char *words,
		      int64_t now_s);

/* What became of one policy domain's report to an address. */
struct report_return {
	const char *address;
	const char *policy_domain;
	const char *words;
	int64_t now_s;
	/* Set by report_returned(), below its `mem`. */
	struct store_health *health;
	struct store_health *whole; /* of the address for all; NULL: goes on */
};

/* Reads what is known and says what follows. Writes nothing. */
bool report_returned(TALLOC_CTX *mem, struct store_reports *reports,
		     const struct report_settings *settings,
		     struct report_return *returned, struct error *err)
    __attribute__((warn_unused_result));

/* "until 2026-05-01T12:00:00Z", "for good" for INT64_MAX. Below `mem`. */
const char *report_until_text(TALLOC_CTX *mem, int64_t until_s);

/* After that time what is known of a single policy domain may be forgotten. */
int64_t report_health_forget_s(int64_t now_s);

#endif
