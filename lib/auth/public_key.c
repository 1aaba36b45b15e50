/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * public_key.c - a decoded public key, and what it says of a signature
 *
 * Finding its own algorithms takes OpenSSL 3 longer than decoding a key, and
 * some part of verifying with it: so each key has a context with everything
 * set, of which every verification takes a copy.
 */
#include "lib/auth/public_key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

struct public_key {
	EVP_PKEY *pkey;
	EVP_PKEY_CTX *rsa;   /* NULL for an Ed25519 key */
	EVP_MD_CTX *ed25519; /* NULL for an RSA key */
	size_t rsa_bytes;    /* of the modulus */
};

void public_key_free(struct public_key *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_CTX_free(key->rsa);
	EVP_MD_CTX_free(key->ed25519);
	EVP_PKEY_free(key->pkey);
	heap_free(key);
}

static struct public_key *keep_if(struct public_key *key, bool is_good)
{
	if (is_good)
		return key;
	public_key_free(key);
	ERR_clear_error();
	return NULL;
}

static BIGNUM *number(struct span bytes)
{
	return BN_bin2bn((const unsigned char *)bytes.data, (int)bytes.length,
			 NULL);
}

static EVP_PKEY *build_rsa(OSSL_PARAM *params)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *pkey = NULL;

	if (context != NULL && params != NULL &&
	    EVP_PKEY_fromdata_init(context) == 1)
		(void)EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY,
					params);
	EVP_PKEY_CTX_free(context);
	return pkey;
}

static EVP_PKEY *make_rsa(const struct rsa_der *key)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *n = number(key->modulus);
	BIGNUM *e = number(key->exponent);
	OSSL_PARAM *params = NULL;

	if (build != NULL && n != NULL && e != NULL &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1)
		params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY *pkey = build_rsa(params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_free(n);
	BN_free(e);
	return pkey;
}

struct public_key *public_key_rsa(const struct rsa_der *key)
{
	struct public_key *own = heap_new(struct public_key);

	own->rsa_bytes = key->modulus.length;
	own->pkey = make_rsa(key);
	if (own->pkey != NULL)
		own->rsa = EVP_PKEY_CTX_new(own->pkey, NULL);
	return keep_if(
	    own,
	    own->rsa != NULL && EVP_PKEY_verify_init(own->rsa) == 1 &&
		EVP_PKEY_CTX_set_rsa_padding(own->rsa, RSA_PKCS1_PADDING) ==
		    1 &&
		EVP_PKEY_CTX_set_signature_md(own->rsa, EVP_sha256()) == 1);
}

struct public_key *public_key_ed25519(struct span raw)
{
	struct public_key *own = heap_new(struct public_key);

	own->pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
						(const unsigned char *)raw.data,
						raw.length);
	own->ed25519 = EVP_MD_CTX_new();
	return keep_if(own, own->pkey != NULL && own->ed25519 != NULL &&
				EVP_DigestVerifyInit(own->ed25519, NULL, NULL,
						     NULL, own->pkey) == 1);
}

/* 1: signed, 0: not, less: could not begin. */
static int verify_rsa(const struct public_key *key,
		      const struct digest_value *value, struct span signature)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_dup(key->rsa);
	int code = context == NULL
		       ? -1
		       : EVP_PKEY_verify(
			     context, (const unsigned char *)signature.data,
			     signature.length, value->bytes, DIGEST_BYTES);

	EVP_PKEY_CTX_free(context);
	return code;
}

/* RFC 8463 3: the digest is what is signed. */
static int verify_ed25519(const struct public_key *key,
			  const struct digest_value *value,
			  struct span signature)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	int code = -1;

	if (context != NULL && EVP_MD_CTX_copy_ex(context, key->ed25519) == 1)
		code = EVP_DigestVerify(
		    context, (const unsigned char *)signature.data,
		    signature.length, value->bytes, DIGEST_BYTES);
	EVP_MD_CTX_free(context);
	return code;
}

/* What the queue of errors says of a verification that gave no yes. Every
 * mismatch of RSA leaves a word there; want of memory may leave none. */
static enum public_key_verdict read_errors(bool is_word_due)
{
	enum public_key_verdict verdict =
	    is_word_due ? PUBLIC_KEY_UNKNOWN : PUBLIC_KEY_NOT_SIGNED;
	unsigned long error;

	while ((error = ERR_get_error()) != 0) {
		if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE) {
			ERR_clear_error();
			return PUBLIC_KEY_UNKNOWN;
		}
		verdict = PUBLIC_KEY_NOT_SIGNED;
	}
	return verdict;
}

enum public_key_verdict public_key_verify(const struct public_key *key,
					  const struct digest_value *value,
					  struct span signature)
{
	bool is_rsa = key->rsa != NULL;

	if (!value->is_good)
		return PUBLIC_KEY_UNKNOWN;
	if (is_rsa && signature.length != key->rsa_bytes)
		return PUBLIC_KEY_NOT_SIGNED;
	ERR_clear_error();
	int code = is_rsa ? verify_rsa(key, value, signature)
			  : verify_ed25519(key, value, signature);
	if (code == 1)
		return PUBLIC_KEY_SIGNED;
	enum public_key_verdict verdict = read_errors(is_rsa);
	return code < 0 ? PUBLIC_KEY_UNKNOWN : verdict;
}
