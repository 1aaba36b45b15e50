/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_BODY_HASH_H
#define AUTH_BODY_HASH_H

/*
 * body_hash - the hash of a canonicalised body (RFC 6376 3.4.3 to 3.4.5)
 *
 * Takes the body in chunks of any size and keeps none of it.
 */

#include "lib/auth/digest.h"

struct body_hash;

/* `length` is l=, -1 without one. Dies with `mem`. */
struct body_hash *body_hash_new(TALLOC_CTX *mem, bool is_relaxed,
				int64_t length);

/* Bytes with CRLF line ends. */
void body_hash_add(struct body_hash *hash, struct span chunk);

/* Once, at the end. Not good when l= is longer than the body. */
struct digest_value body_hash_finish(struct body_hash *hash);

#endif
