/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signature_key_cache.c - decoded public keys, kept
 *
 * Interposes d2i_PUBKEY_bio. The table is a fixed number of sets, each with
 * its own lock and a few places; the place unused for longest is taken anew.
 * A key is answered only when all its bytes are the same, so nothing a sender
 * does can put one key in the place of another.
 */

/* The RSA form that libopendkim asks for is made once, before a key is shared;
 * OpenSSL 3 marks the function that does so as old. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "lib/auth/signature_key_cache.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/mem.h"

#define SETS 64
#define PLACES 16

struct place {
	uint8_t *der; /* NULL: free */
	size_t length;
	EVP_PKEY *key;
	uint64_t used_at; /* of the set's counter */
};

struct set {
	pthread_mutex_t lock;
	uint64_t counter;
	struct place places[PLACES];
};

static struct set sets[SETS] = {
    [0 ... SETS - 1] = {.lock = PTHREAD_MUTEX_INITIALIZER}};
static atomic_bool is_cache_on;
static atomic_uint_fast64_t asked;
static atomic_uint_fast64_t hits;

void signature_key_cache_set(bool is_on)
{
	atomic_store(&is_cache_on, is_on);
}

struct signature_key_cache_statistics signature_key_cache_statistics(void)
{
	return (struct signature_key_cache_statistics){
	    .asked = atomic_load(&asked), .hits = atomic_load(&hits)};
}

static void empty(struct place *place)
{
	EVP_PKEY_free(place->key);
	heap_free(place->der);
	*place = (struct place){0};
}

void signature_key_cache_clear(void)
{
	for (size_t i = 0; i < SETS; i++) {
		(void)pthread_mutex_lock(&sets[i].lock);
		for (size_t j = 0; j < PLACES; j++)
			empty(&sets[i].places[j]);
		(void)pthread_mutex_unlock(&sets[i].lock);
	}
}

/* FNV-1a. A sender who aims at one set only costs himself and 15 other keys
 * their places. */
static struct set *set_of(const uint8_t *der, size_t length)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ der[i]) * 16777619U;
	return &sets[hash % SETS];
}

/* A reference of the caller's own, or NULL. */
static EVP_PKEY *look_up(struct set *set, const uint8_t *der, size_t length)
{
	EVP_PKEY *key = NULL;

	(void)pthread_mutex_lock(&set->lock);
	for (size_t i = 0; i < PLACES && key == NULL; i++) {
		struct place *place = &set->places[i];
		if (place->der == NULL || place->length != length ||
		    memcmp(place->der, der, length) != 0)
			continue;
		place->used_at = ++set->counter;
		if (EVP_PKEY_up_ref(place->key) == 1)
			key = place->key;
	}
	(void)pthread_mutex_unlock(&set->lock);
	return key;
}

static void keep(struct set *set, const uint8_t *der, size_t length,
		 EVP_PKEY *key)
{
	(void)pthread_mutex_lock(&set->lock);
	struct place *oldest = &set->places[0];
	for (size_t i = 1; i < PLACES; i++) {
		if (set->places[i].used_at < oldest->used_at)
			oldest = &set->places[i];
	}
	if (EVP_PKEY_up_ref(key) == 1) {
		empty(oldest);
		oldest->der = heap_memdup(der, length);
		oldest->length = length;
		oldest->key = key;
		oldest->used_at = ++set->counter;
	}
	(void)pthread_mutex_unlock(&set->lock);
}

static EVP_PKEY *decode(const uint8_t *der, size_t length)
{
	const unsigned char *bytes = der;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &bytes, (long)length);

	if (key != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA)
		RSA_free(EVP_PKEY_get1_RSA(key));
	return key;
}

/* What OpenSSL's own definition does. */
static EVP_PKEY *read_plainly(BIO *bp, EVP_PKEY **a)
{
	return ASN1_d2i_bio_of(EVP_PKEY, EVP_PKEY_new, d2i_PUBKEY, bp, a);
}

/* In place of OpenSSL's. libopendkim gives a memory BIO that it frees unread,
 * and no `a`; any other use is not for the table. */
EVP_PKEY *d2i_PUBKEY_bio(BIO *bp, EVP_PKEY **a)
{
	char *der = NULL;

	if (!atomic_load(&is_cache_on) || a != NULL ||
	    BIO_method_type(bp) != BIO_TYPE_MEM)
		return read_plainly(bp, a);
	long length = BIO_get_mem_data(bp, &der);
	if (length <= 0 || length > LIMIT_KEY_BYTES)
		return read_plainly(bp, a);
	atomic_fetch_add(&asked, 1);
	struct set *set = set_of((const uint8_t *)der, (size_t)length);
	EVP_PKEY *key = look_up(set, (const uint8_t *)der, (size_t)length);
	if (key != NULL) {
		atomic_fetch_add(&hits, 1);
		return key;
	}
	key = decode((const uint8_t *)der, (size_t)length);
	if (key != NULL)
		keep(set, (const uint8_t *)der, (size_t)length, key);
	return key;
}
