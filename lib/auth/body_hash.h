/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_BODY_HASH_H
#define AUTH_BODY_HASH_H

/*
 * body_hash - one canonical form of a body, hashed once (RFC 6376 3.4.3 to
 * 3.4.5)
 *
 * Every length that an l= asks for is answered in the same pass. Takes the
 * body in chunks of any size and keeps none of it.
 */

#include "lib/auth/digest.h"

struct body_hash;

/* Dies with `mem`. */
struct body_hash *body_hash_new(TALLOC_CTX *mem, bool is_relaxed);

/* Before the first byte: `length` is l=, -1 without one. False: more than
 * LIMIT_BODY_LENGTHS different l= are wanted. */
bool body_hash_want(struct body_hash *hash, int64_t length);

/* Bytes with CRLF line ends. */
void body_hash_add(struct body_hash *hash, struct span chunk);

/* The end of the body; once more does nothing. */
void body_hash_finish(struct body_hash *hash);

/* After the end: the canonical form's bytes. */
uint64_t body_hash_length(const struct body_hash *hash);

/* After the end: the hash of what `length` covers, which was wanted; NULL when
 * it is longer than the body. */
const struct digest_value *body_hash_value(const struct body_hash *hash,
					   int64_t length);

#endif
