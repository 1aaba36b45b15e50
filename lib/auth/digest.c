/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * digest.c - SHA-256, and signatures over it
 *
 * RSA keys are decoded by d2i_PUBKEY_bio, which signature_key_cache.c stands
 * in for: a key that DKIM has met is not decoded again.
 */
#include "lib/auth/digest.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "lib/base/limits.h"

struct digest {
	EVP_MD_CTX *context; /* NULL once something failed */
};

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
	    EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL) != 1)
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
	return value;
}

/* NULL when it is none. */
static EVP_PKEY *decode(const char *algorithm, struct span key)
{
	if (strcmp(algorithm, "ed25519-sha256") == 0)
		return EVP_PKEY_new_raw_public_key(
		    EVP_PKEY_ED25519, NULL, (const unsigned char *)key.data,
		    key.length);
	BIO *bio = key.length > INT_MAX
		       ? NULL
		       : BIO_new_mem_buf(key.data, (int)key.length);
	if (bio == NULL)
		return NULL;
	EVP_PKEY *pkey = d2i_PUBKEY_bio(bio, NULL);
	(void)BIO_free(bio);
	if (pkey == NULL || EVP_PKEY_get_base_id(pkey) == EVP_PKEY_RSA)
		return pkey;
	EVP_PKEY_free(pkey);
	return NULL;
}

static bool has_small_exponent(const EVP_PKEY *pkey)
{
	BIGNUM *e = NULL;
	bool is_small =
	    EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e) == 1 &&
	    BN_num_bits(e) <= LIMIT_RSA_EXPONENT_BITS;

	BN_free(e);
	return is_small;
}

static bool verify_rsa(EVP_PKEY *pkey, const struct digest_value *value,
		       struct span signature)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(pkey, NULL);
	bool is_signed =
	    context != NULL && EVP_PKEY_verify_init(context) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1 &&
	    EVP_PKEY_verify(context, (const unsigned char *)signature.data,
			    signature.length, value->bytes, DIGEST_BYTES) == 1;

	EVP_PKEY_CTX_free(context);
	return is_signed;
}

/* RFC 8463 3: the digest is what is signed. */
static bool verify_ed25519(EVP_PKEY *pkey, const struct digest_value *value,
			   struct span signature)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool is_signed =
	    context != NULL &&
	    EVP_DigestVerifyInit(context, NULL, NULL, NULL, pkey) == 1 &&
	    EVP_DigestVerify(context, (const unsigned char *)signature.data,
			     signature.length, value->bytes, DIGEST_BYTES) == 1;

	EVP_MD_CTX_free(context);
	return is_signed;
}

static enum digest_verdict judge(EVP_PKEY *pkey,
				 const struct digest_value *value,
				 int min_rsa_bits, struct span signature)
{
	bool is_signed;

	if (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_RSA) {
		if (EVP_PKEY_get_bits(pkey) < min_rsa_bits)
			return DIGEST_KEY_SHORT;
		if (!has_small_exponent(pkey))
			return DIGEST_KEY_UNUSABLE;
		is_signed = verify_rsa(pkey, value, signature);
	} else {
		is_signed = verify_ed25519(pkey, value, signature);
	}
	return is_signed ? DIGEST_SIGNED : DIGEST_NOT_SIGNED;
}

enum digest_verdict digest_verify(const struct digest_value *value,
				  const char *algorithm, struct span key,
				  int min_rsa_bits, struct span signature)
{
	enum digest_verdict verdict = DIGEST_KEY_UNUSABLE;

	if (!value->is_good)
		return DIGEST_NOT_SIGNED;
	EVP_PKEY *pkey = decode(algorithm, key);
	if (pkey != NULL)
		verdict = judge(pkey, value, min_rsa_bits, signature);
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return verdict;
}
