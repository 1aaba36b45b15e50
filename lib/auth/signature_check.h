/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SIGNATURE_CHECK_H
#define AUTH_SIGNATURE_CHECK_H

/*
 * signature_check - did a key of this selector make the signature?
 * (RFC 6376 6.1.2, 6.1.3)
 *
 * DKIM and ARC share it. RFC 6376 3.6.2.2 leaves open what several key records
 * at a selector mean: here one that verifies is enough, and their order
 * decides nothing. A message's work is bounded: each record is read once, at
 * most LIMIT_KEY_RECORDS_READ of them, at most LIMIT_KEYS_AT_SELECTOR keys are
 * tried for a signature, and all trials together cost at most LIMIT_CHECK_COST,
 * those of DKIM, which come first, LIMIT_DKIM_COST.
 * A struct signature_checks belongs to one message.
 */

#include "lib/auth/digest.h"
#include "lib/auth/evidence.h"
#include "lib/dns/dns.h"

struct signature_checks;

/* Dies with `mem`. */
struct signature_checks *signature_checks_new(TALLOC_CTX *mem);

struct signature_claim {
	const char *algorithm; /* a=: "rsa-sha256" or "ed25519-sha256" */
	struct span signature; /* b=, as base64, blanks within */
	bool is_below;	       /* i= is in a subdomain of d= */
	unsigned min_rsa_bits;
	unsigned max_cost;	  /* of the message's trials with this one */
	struct digest_value hash; /* of the header */
};

struct signature_outcome {
	/* AUTH_PASS: a key made it, and nothing in its record speaks against
	 * that. AUTH_POLICY: the key is too short, or the message's limit is
	 * reached. AUTH_TEMPERROR: nothing is known; AUTH_FAIL,
	 * AUTH_PERMERROR. */
	enum auth_result result;
	const char *reason; /* NULL for a pass */
	unsigned key_bits;  /* 0 when no key could be used */
	bool is_testing;    /* the key says t=y */
};

/* `answer` is what the DNS said at SELECTOR._domainkey.DOMAIN; the same answer
 * is known by its address, so it outlives `checks`. */
struct signature_outcome signature_check(struct signature_checks *checks,
					 const struct dns_answer *answer,
					 const struct signature_claim *claim);

#endif
