/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POLICY_FAILURE_DUE_H
#define POLICY_FAILURE_DUE_H

/*
 * failure_due - is a failure report about a message owed? (RFC 9989 4.7 fo,
 * RFC 9991 2 and 4)
 *
 * Pure. What fo asks for, as a colon-separated list:
 *
 *	0  nothing gave an aligned pass (the default)
 *	1  SPF or DKIM gave something else than an aligned pass; a message
 *	   without a signature is such a one
 *	d  a signature failed, aligned or not (RFC 6651)
 *	s  SPF failed, aligned or not (RFC 6652)
 *
 * None is ever owed where the record has no ruf or is a public suffix's
 * (psd=y), where a lookup stayed open or the message comes again, and about
 * mail that is itself a report, an automatic answer or a bounce: two sites
 * would else report to each other about nothing but reports.
 */

#include <stdbool.h>

#include "lib/policy/decide.h"

/* What the report is about; Auth-Failure of RFC 6591 3.3 and RFC 9991. */
enum failure_kind {
	FAILURE_NONE,
	FAILURE_DMARC,
	FAILURE_SIGNATURE,
	FAILURE_BODYHASH, /* the signed header verifies, the body does not */
	FAILURE_SPF,
};

struct failure_facts {
	bool is_switched_on;
	bool has_ruf;	   /* one valid URI at least */
	bool is_psd;	   /* the record says psd=y */
	bool is_automatic; /* a report, an automatic answer, a bounce */
	enum dmarc_result result;
	enum disposition applied;
	const char *fo;		  /* as in struct record */
	bool is_dkim_aligned;	  /* an aligned signature passed */
	bool is_spf_aligned;	  /* SPF passed, aligned */
	bool is_signature_failed; /* one at least */
	bool is_body_changed;	  /* that is why */
	bool is_spf_failed;	  /* fail or softfail */
};

enum failure_kind failure_due(const struct failure_facts *facts);

/* The mechanisms that gave no aligned identifier: "dkim, spf", "dkim", "spf";
 * "none" when both did (RFC 9991 4; RFC 7489 had it the other way round). */
const char *failure_identity_alignment(const struct failure_facts *facts);

/* "delivered" "policy" "reject" (RFC 6591 3.2.2). */
const char *failure_delivery_text(enum disposition applied);

/* "dmarc" "signature" "bodyhash" "spf"; NULL for FAILURE_NONE. */
const char *failure_kind_text(enum failure_kind kind);

#endif
