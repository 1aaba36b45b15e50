/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keyed_digest.c - HMAC-SHA-256, and sums for it, by OpenSSL
 *
 * A context that has taken in the key is copied for each digest: the key's two
 * blocks are hashed once. A copy takes OpenSSL a dozen blocks, so one that was
 * used begins anew and is kept for the next; threads that come at once make
 * their own. What OpenSSL has it can use, but for want of memory, which is met
 * as mem.h has it.
 * Tested by test_bounce, test_mark.
 */
#include "lib/base/keyed_digest.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdatomic.h>

/* An algorithm under a key. */
struct keyed {
	EVP_MAC_CTX *context; /* with the key, and nothing else yet; or NULL */
	_Atomic(EVP_MAC_CTX *) spare; /* a copy that nobody uses; or NULL */
};

struct keyed_digest {
	struct keyed digest;
	struct keyed sum; /* NULL context: none */
	uint8_t sum_key[KEYED_DIGEST_BYTES];
};

struct keyed_sum {
	EVP_MAC_CTX *context;
	struct keyed_digest *key;
};

/* --- keys --- */

static int destroy_key(struct keyed_digest *key)
{
	EVP_MAC_CTX_free(key->digest.context);
	EVP_MAC_CTX_free(atomic_load(&key->digest.spare));
	EVP_MAC_CTX_free(key->sum.context);
	EVP_MAC_CTX_free(atomic_load(&key->sum.spare));
	return 0;
}

/* One that has taken in the key; NULL where OpenSSL has no such algorithm. */
static EVP_MAC_CTX *open_context(const char *name, const void *key,
				 const OSSL_PARAM *params)
{
	EVP_MAC *algorithm = EVP_MAC_fetch(NULL, name, NULL);
	EVP_MAC_CTX *context = EVP_MAC_CTX_new(algorithm);

	EVP_MAC_free(algorithm);
	if (context == NULL ||
	    EVP_MAC_init(context, key, KEYED_DIGEST_KEY, params) == 1)
		return context;
	EVP_MAC_CTX_free(context);
	return NULL;
}

struct keyed_digest *keyed_digest_new(TALLOC_CTX *mem, const void *key)
{
	static char hash[] = "SHA256";
	const OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string("digest", hash, 0),
	    OSSL_PARAM_construct_end()};
	const struct span purpose = span_of("alignd sum");
	struct keyed_digest *made = mem_new(mem, struct keyed_digest);

	talloc_set_destructor(made, destroy_key);
	made->digest.context = open_context("HMAC", key, params);
	assert(made->digest.context != NULL);
	keyed_digest_make(made, &purpose, 1, made->sum_key);
	made->sum.context = open_context("POLY1305", made->sum_key, NULL);
	ERR_clear_error();
	return made;
}

bool keyed_sum_is_known(const struct keyed_digest *key)
{
	return key->sum.context != NULL;
}

/* --- digests and sums --- */

static EVP_MAC_CTX *take_context(struct keyed *keyed)
{
	EVP_MAC_CTX *context = atomic_exchange(&keyed->spare, NULL);

	if (context == NULL)
		context = EVP_MAC_CTX_dup(keyed->context);
	assert(context != NULL);
	return context;
}

/* `key` NULL: the context still has it. */
static void give_back(struct keyed *keyed, EVP_MAC_CTX *context,
		      const uint8_t *key)
{
	size_t length = key == NULL ? 0 : KEYED_DIGEST_KEY;

	if (EVP_MAC_init(context, key, length, NULL) == 1)
		context = atomic_exchange(&keyed->spare, context);
	EVP_MAC_CTX_free(context);
}

static void add(EVP_MAC_CTX *context, struct span bytes)
{
	int done = EVP_MAC_update(context, (const unsigned char *)bytes.data,
				  bytes.length);

	assert(done == 1);
}

static void finish(EVP_MAC_CTX *context, uint8_t *bytes, size_t size)
{
	size_t length = 0;
	int done = EVP_MAC_final(context, bytes, &length, size);

	assert(done == 1 && length == size);
}

void keyed_digest_make(struct keyed_digest *key, const struct span *parts,
		       size_t count, uint8_t digest[KEYED_DIGEST_BYTES])
{
	EVP_MAC_CTX *context = take_context(&key->digest);

	for (size_t i = 0; i < count; i++)
		add(context, parts[i]);
	finish(context, digest, KEYED_DIGEST_BYTES);
	give_back(&key->digest, context, NULL);
}

static int destroy_sum(struct keyed_sum *sum)
{
	give_back(&sum->key->sum, sum->context, sum->key->sum_key);
	return 0;
}

struct keyed_sum *keyed_sum_new(TALLOC_CTX *mem, struct keyed_digest *key)
{
	struct keyed_sum *sum = mem_new(mem, struct keyed_sum);

	sum->key = key;
	sum->context = take_context(&key->sum);
	talloc_set_destructor(sum, destroy_sum);
	return sum;
}

void keyed_sum_add(struct keyed_sum *sum, struct span bytes)
{
	add(sum->context, bytes);
}

void keyed_sum_finish(struct keyed_sum *sum, uint8_t bytes[KEYED_SUM_BYTES])
{
	finish(sum->context, bytes, KEYED_SUM_BYTES);
}

/* --- texts --- */

void keyed_digest_text(const uint8_t *digest, size_t digits, char *text)
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < digits; i++)
		text[i] = hex[digest[i / 2] >> (i % 2 == 0 ? 4 : 0) & 0xf];
	text[digits] = '\0';
}

bool keyed_digest_equals(const char *a, const char *b, size_t length)
{
	return CRYPTO_memcmp(a, b, length) == 0;
}
