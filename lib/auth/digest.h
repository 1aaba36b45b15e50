/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_DIGEST_H
#define AUTH_DIGEST_H

/*
 * digest - SHA-256, and signatures over it (RFC 6376 3.3, RFC 8463 3)
 *
 * OpenSSL behind a small door. A failure of OpenSSL's own ends as a digest
 * that nothing is a signature of. Thread-safe; a struct digest belongs to one
 * thread at a time.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

#define DIGEST_BYTES 32

struct digest;

struct digest_value {
	bool is_good;
	uint8_t bytes[DIGEST_BYTES];
};

/* Dies with `mem`. */
struct digest *digest_new(TALLOC_CTX *mem);

/* One that has taken in the same bytes so far. */
struct digest *digest_copy(TALLOC_CTX *mem, const struct digest *digest);

void digest_add(struct digest *digest, struct span bytes);

/* Once, at the end. */
struct digest_value digest_finish(struct digest *digest);

enum digest_verdict {
	DIGEST_SIGNED,
	DIGEST_NOT_SIGNED,
	DIGEST_KEY_UNUSABLE,
	DIGEST_KEY_SHORT,
};

/* Is `signature` one over the digest? `algorithm` is "rsa-sha256" with a
 * SubjectPublicKeyInfo as key, of at least `min_rsa_bits`, or "ed25519-sha256"
 * with the raw key. */
enum digest_verdict digest_verify(const struct digest_value *value,
				  const char *algorithm, struct span key,
				  int min_rsa_bits, struct span signature);

#endif
