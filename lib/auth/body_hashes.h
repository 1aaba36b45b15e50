/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_BODY_HASHES_H
#define AUTH_BODY_HASHES_H

/*
 * body_hashes - the ways in which a message's signatures hash its body
 *
 * Signatures that agree in the second half of c= and in l= share one hash. The
 * body comes in chunks of any size and is not kept.
 */

#include "lib/auth/body_hash.h"
#include "lib/auth/signature_tags.h"

struct body_hashes;

/* Of at most `max` ways. Dies with `mem`. */
struct body_hashes *body_hashes_new(TALLOC_CTX *mem, size_t max);

/* False: in yet another way, past the limit. */
bool body_hashes_want(struct body_hashes *hashes,
		      const struct signature_tags *tags);

void body_hashes_add(struct body_hashes *hashes, struct span chunk);

/* Once, at the end of the body. */
void body_hashes_finish(struct body_hashes *hashes);

enum body_verdict {
	BODY_UNCHANGED,
	BODY_CHANGED,  /* another hash than bh=, or l= is longer than it */
	BODY_UNHASHED, /* body_hashes_want() said so */
};

/* After the end: what the signature's bh= says. */
enum body_verdict body_hashes_compare(const struct body_hashes *hashes,
				      const struct signature_tags *tags);

#endif
