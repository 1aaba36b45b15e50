/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_PUBLIC_KEY_H
#define AUTH_PUBLIC_KEY_H

/*
 * public_key - a decoded public key, and what it says of a signature
 * (RFC 6376 3.3, RFC 8463 3)
 *
 * OpenSSL behind a small door. What it refuses and what it could not do are
 * two different things: who runs out of memory knows nothing about a
 * signature. Immutable once made; any number of threads may use one.
 */

#include "lib/auth/digest.h"
#include "lib/auth/rsa_der.h"

struct public_key;

/* NULL: OpenSSL could not. The numbers were looked at before: both odd. */
struct public_key *public_key_rsa(const struct rsa_der *key);

/* NULL likewise; `raw` has ED25519_KEY_BYTES. */
#define ED25519_KEY_BYTES 32
struct public_key *public_key_ed25519(struct span raw);

void public_key_free(struct public_key *key);

enum public_key_verdict {
	PUBLIC_KEY_SIGNED,
	PUBLIC_KEY_NOT_SIGNED,
	PUBLIC_KEY_UNKNOWN, /* OpenSSL could not find out */
};

/* Did the key make `signature` over the digest, by RSASSA-PKCS1-v1_5 with
 * SHA-256 or by Ed25519? */
enum public_key_verdict public_key_verify(const struct public_key *key,
					  const struct digest_value *value,
					  struct span signature);

#endif
