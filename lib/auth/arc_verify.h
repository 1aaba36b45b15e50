/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_ARC_VERIFY_H
#define AUTH_ARC_VERIFY_H

/*
 * arc_verify - what the signatures of a chain were made over, and whether a
 * key made them (RFC 8617 5.1.1, RFC 6376 3.7)
 */

#include "lib/auth/arc_chain.h"
#include "lib/auth/digest.h"
#include "lib/dns/dns.h"

#define ARC_MIN_RSA_BITS 1024 /* RFC 8301 3.2 */

/* The header hash of an AMS over the fields of the message, itself among
 * them. */
struct digest_value arc_hash_message(TALLOC_CTX *mem,
				     const struct field_list *fields,
				     const struct arc_field *signature);

/* The hashes of the seals of all sets; room for chain->count of them. */
void arc_hash_seals(TALLOC_CTX *mem, const struct arc_chain *chain,
		    struct digest_value *values);

/* NULL when one of the keys in the answer made the signature of an AMS or AS
 * over the hash; else why not. */
const char *arc_check_signature(TALLOC_CTX *mem, const struct arc_field *field,
				const struct digest_value *value,
				const struct dns_answer *answer);

#endif
