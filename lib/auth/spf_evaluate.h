/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SPF_EVALUATE_H
#define AUTH_SPF_EVALUATE_H

/*
 * spf_evaluate - check_host() of RFC 7208 4: one walk of the records
 *
 * A record is validated whole before its first term is evaluated; terms are
 * then taken in order, and a macro is expanded when its term is reached, "%{p}"
 * asked for then. exp= is never fetched.
 *
 * Limits (4.6.4), over the whole check, includes and redirects with it: terms
 * that look something up (settings->term_limit; "%{p}" counts as one, but not
 * twice for one domain), void lookups (settings->void_limit, counted once a
 * term however many of its lookups are void), ten hosts of an mx, ten names of
 * a client. More of the names are not looked at; passing any of the others is
 * a permerror, and nothing is asked after it. A name that is no name in the DNS
 * is not asked for and no void lookup either.
 *
 * DNS trouble is a temperror, but below ptr and "%{p}" no match (5.5). Hosts of
 * an mx are taken by preference and name, names of a client those of the domain
 * under evaluation first: so the order of an answer's records changes a result
 * only where it decides which ten names are looked at.
 *
 * Work is bounded by the terms: at most LIMIT_SPF_TERMS + 1 records are parsed,
 * each of LIMIT_SPF_RECORD_BYTES, and as many domain-specs expanded, each of
 * LIMIT_SPF_TERM_BYTES to at most LIMIT_SPF_NAME_BYTES.
 */

#include "lib/auth/evidence.h"
#include "lib/auth/spf_macro.h"
#include "lib/auth/spf_settings.h"
#include "lib/base/mem.h"
#include "lib/dns/dns.h"

/*
 * The check of values->sender_domain, which is in inner form. Fills in all of
 * `evidence` but domain and is_helo; what it points to belongs to `mem`, and
 * its spans to the session's answers. The term limit is at most
 * LIMIT_SPF_TERMS.
 */
void spf_evaluate(TALLOC_CTX *mem, struct dns_session *session,
		  const struct spf_settings *settings,
		  const struct spf_values *values,
		  struct evidence_spf *evidence);

#endif
