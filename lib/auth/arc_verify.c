/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arc_verify.c - what the signatures of a chain were made over
 *
 * RFC 8617 5.1.1: a seal covers AAR, AMS and AS of all sets up to its own, in
 * this order, relaxed, its own b= empty. Each seal goes on where the one
 * before ended, so the fields are hashed once.
 * Tested by test_arc.
 */
#include "lib/auth/arc_verify.h"

static struct header_signature describe(const struct arc_field *field,
					bool is_relaxed)
{
	return (struct header_signature){
	    .place = field->place,
	    .fields = field->tags.fields,
	    .signature = field->tags.signature,
	    .is_relaxed = is_relaxed,
	};
}

bool arc_hash_message(struct signed_message *message,
		      const struct arc_field *signature,
		      struct digest_value *value)
{
	struct header_signature own =
	    describe(signature, signature->tags.is_header_relaxed);

	return header_hash_signed(message->header, &own, value);
}

static bool hash_set(struct header_hash *header, struct digest *all,
		     const struct arc_set *set, struct digest_value *value)
{
	const struct arc_field *seal = set->parts[ARC_SEAL];
	struct header_signature own = describe(seal, true);

	if (!header_hash_field(header, all, set->parts[ARC_RESULTS]->place,
			       true) ||
	    !header_hash_field(header, all,
			       set->parts[ARC_MESSAGE_SIGNATURE]->place, true))
		return false;
	struct digest *branch = digest_copy(all, all);
	bool is_within = header_hash_own(header, branch, &own);
	*value = digest_finish(branch);
	mem_free(branch);
	return is_within && header_hash_field(header, all, seal->place, true);
}

bool arc_hash_seals(struct signed_message *message,
		    const struct arc_chain *chain, struct digest_value *values)
{
	struct digest *all = digest_new(message);
	bool is_within = true;

	for (unsigned i = 0; i < chain->count && is_within; i++)
		is_within =
		    hash_set(message->header, all, &chain->sets[i], &values[i]);
	mem_free(all);
	return is_within;
}

const char *arc_check_signature(struct signed_message *message,
				const struct arc_field *field,
				const struct digest_value *value,
				const struct dns_answer *answer)
{
	const struct signature_claim claim = {
	    .algorithm = field->tags.algorithm,
	    .signature = field->tags.signature,
	    .min_rsa_bits = ARC_MIN_RSA_BITS,
	    .max_cost = LIMIT_CHECK_COST,
	    .hash = *value,
	};

	return signature_check(message->checks, answer, &claim).reason;
}
