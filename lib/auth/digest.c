/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * digest.c - SHA-256
 *
 * OpenSSL looks an algorithm up by its name each time it is used, unless it
 * was fetched before: so it is, once.
 */
#include "lib/auth/digest.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <pthread.h>

struct digest {
	EVP_MD_CTX *context; /* NULL once something failed */
};

static EVP_MD *algorithm;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fetch(void)
{
	algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
}

static const EVP_MD *sha256(void)
{
	(void)pthread_once(&once, fetch);
	return algorithm == NULL ? EVP_sha256() : algorithm;
}

static int destroy(struct digest *digest)
{
	EVP_MD_CTX_free(digest->context);
	return 0;
}

static void fail(struct digest *digest)
{
	EVP_MD_CTX_free(digest->context);
	digest->context = NULL;
	ERR_clear_error();
}

static struct digest *make(TALLOC_CTX *mem)
{
	struct digest *digest = mem_new(mem, struct digest);

	digest->context = EVP_MD_CTX_new();
	talloc_set_destructor(digest, destroy);
	return digest;
}

struct digest *digest_new(TALLOC_CTX *mem)
{
	struct digest *digest = make(mem);

	if (digest->context != NULL &&
	    EVP_DigestInit_ex2(digest->context, sha256(), NULL) != 1)
		fail(digest);
	return digest;
}

struct digest *digest_copy(TALLOC_CTX *mem, const struct digest *digest)
{
	struct digest *copy = make(mem);

	if (copy->context != NULL &&
	    (digest->context == NULL ||
	     EVP_MD_CTX_copy_ex(copy->context, digest->context) != 1))
		fail(copy);
	return copy;
}

void digest_add(struct digest *digest, struct span bytes)
{
	if (digest->context != NULL &&
	    EVP_DigestUpdate(digest->context, bytes.data, bytes.length) != 1)
		fail(digest);
}

struct digest_value digest_finish(struct digest *digest)
{
	struct digest_value value = {.is_good = false};

	value.is_good =
	    digest->context != NULL &&
	    EVP_DigestFinal_ex(digest->context, value.bytes, NULL) == 1;
	fail(digest);
	return value;
}
