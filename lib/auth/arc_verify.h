/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_ARC_VERIFY_H
#define AUTH_ARC_VERIFY_H

/*
 * arc_verify - what the signatures of a chain were made over, and whether a
 * key made them (RFC 8617 5.1.1, RFC 6376 3.7)
 */

#include "lib/auth/arc_chain.h"
#include "lib/auth/signed_message.h"
#include "lib/dns/dns.h"

#define ARC_MIN_RSA_BITS 1024 /* RFC 8301 3.2 */

/* The header hash of an AMS. False: the message's limit is reached. */
bool arc_hash_message(struct signed_message *message,
		      const struct arc_field *signature,
		      struct digest_value *value)
    __attribute__((warn_unused_result));

/* The hashes of the seals of all sets; room for chain->count of them. False as
 * above. */
bool arc_hash_seals(struct signed_message *message,
		    const struct arc_chain *chain, struct digest_value *values)
    __attribute__((warn_unused_result));

/* NULL when one of the keys in the answer made the signature of an AMS or AS
 * over the hash; else why not. */
const char *arc_check_signature(struct signed_message *message,
				const struct arc_field *field,
				const struct digest_value *value,
				const struct dns_answer *answer);

#endif
