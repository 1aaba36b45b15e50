/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_SEND_SILENT_NAMES_H
#define REPORT_SEND_SILENT_NAMES_H

/*
 * silent_names - how long a run has waited for whose DNS
 *
 * Anybody may name a host whose name servers never answer, any number of times.
 * What one registered name (suffix.h) costs a run in waiting is bounded: past
 * it, nothing below that name is asked again before the next run. Only the
 * names that did not answer are charged, so that nobody uses up another's time.
 */

#include "lib/dns/dns.h"

struct silent_names;

/* Below `mem`; `budget_ms` for each name. */
struct silent_names *silent_names_new(TALLOC_CTX *mem, int64_t budget_ms);

/* Has a run waited for the name, or others below the same registered one, as
 * long as it may? */
bool silent_names_has(const struct silent_names *names, const char *domain);

/* A name that answered, until it does not. */
void silent_names_answered(struct silent_names *names, const char *domain);
bool silent_names_is_answering(const struct silent_names *names,
			       const char *domain);

/* Charges what the session asked and got no answer to with `spent_ms`. */
void silent_names_charge(struct silent_names *names,
			 const struct dns_session *session, int64_t spent_ms);

#endif
