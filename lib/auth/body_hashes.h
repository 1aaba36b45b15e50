/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_BODY_HASHES_H
#define AUTH_BODY_HASHES_H

/*
 * body_hashes - a message's body, hashed as its signatures want it
 *
 * One pass for each canonical form that a signature names, none for one that
 * no signature does; DKIM and ARC share them. At most LIMIT_BODY_LENGTHS
 * different l= a form, first come, first served: so whoever matters most asks
 * first. The body comes in chunks of any size and is not kept.
 */

#include "lib/auth/body_hash.h"
#include "lib/auth/signature_tags.h"

struct body_hashes;

/* Dies with `mem`. */
struct body_hashes *body_hashes_new(TALLOC_CTX *mem);

/* Before the first byte. False: yet another l=, past the limit. */
bool body_hashes_want(struct body_hashes *hashes,
		      const struct signature_tags *tags);

void body_hashes_add(struct body_hashes *hashes, struct span chunk);

/* The end of the body; once more does nothing. */
void body_hashes_finish(struct body_hashes *hashes);

enum body_verdict {
	BODY_UNCHANGED,
	BODY_CHANGED, /* another hash than bh= */
	BODY_SHORTER, /* than l= */
	BODY_UNKNOWN, /* the hash could not be computed */
};

/* After the end, for a signature whose wish was granted: what its bh= says. */
enum body_verdict body_hashes_compare(const struct body_hashes *hashes,
				      const struct signature_tags *tags);

/* Likewise: the hash of the whole body, in the form of the signature. */
const struct digest_value *body_hashes_whole(const struct body_hashes *hashes,
					     const struct signature_tags *tags);

/* Likewise: does l= leave bytes of the canonical form uncovered? */
bool body_hashes_is_partial(const struct body_hashes *hashes,
			    const struct signature_tags *tags);

#endif
