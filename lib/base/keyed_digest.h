/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_KEYED_DIGEST_H
#define BASE_KEYED_DIGEST_H

/*
 * keyed_digest - HMAC-SHA-256 (RFC 2104), by OpenSSL
 *
 * What only the holders of a key can make, and see to be right. The key is
 * taken in once; a digest then costs no more than its text. A key is never
 * changed and may be used by any number of threads, which share what is kept
 * beside it (so it is not const); sums die before it.
 *
 * For long text that goes into such a digest there is a sum, which costs a
 * tenth of SHA-256 where the processor has no instructions for that: Poly1305
 * under a key that follows from the given one and serves for nothing else. Of
 * two texts nobody without the key finds that they have one sum (a universal
 * hash, which wants to stay secret): a sum must be shown to nobody, but by a
 * digest over it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

#define KEYED_DIGEST_BYTES 32
#define KEYED_DIGEST_KEY 32 /* RFC 2104 3: as many as the digest has */

struct keyed_digest;

/* Takes KEYED_DIGEST_KEY bytes; dies with `mem`. */
struct keyed_digest *keyed_digest_new(TALLOC_CTX *mem, const void *key);

/* Over the parts, one behind the other: where one ends does not show, so they
 * must say that themselves. */
void keyed_digest_make(struct keyed_digest *key, const struct span *parts,
		       size_t count, uint8_t digest[KEYED_DIGEST_BYTES]);

#define KEYED_SUM_BYTES 16

/* Is there one? A build of OpenSSL may be without it. */
bool keyed_sum_is_known(const struct keyed_digest *key);

/* A text of any length, in pieces; of one thread at a time, dies with `mem`. */
struct keyed_sum;

struct keyed_sum *keyed_sum_new(TALLOC_CTX *mem, struct keyed_digest *key);
void keyed_sum_add(struct keyed_sum *sum, struct span bytes);
/* Once, at the end. */
void keyed_sum_finish(struct keyed_sum *sum, uint8_t bytes[KEYED_SUM_BYTES]);

/* Lower-case hex digits and NUL, of the first `digits` / 2 bytes. */
void keyed_digest_text(const uint8_t *digest, size_t digits, char *text);

/* In a time that does not tell where they differ. */
bool keyed_digest_equals(const char *a, const char *b, size_t length);

#endif
