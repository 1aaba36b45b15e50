/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_DIGEST_H
#define AUTH_DIGEST_H

/*
 * digest - SHA-256 (RFC 6376 3.3)
 *
 * OpenSSL behind a small door. Thread-safe; a struct digest belongs to one
 * thread at a time.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

#define DIGEST_BYTES 32

struct digest;

/* Without `is_good` OpenSSL could not make it, for want of memory as a rule:
 * nothing is known then, neither that something matches nor that it does not.
 */
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

#endif
