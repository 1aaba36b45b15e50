/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signature_key_rsa.c - RSA public keys in both published forms
 *
 * RFC 6376 3.6.1 asks for an RSAPublicKey (PKCS#1), everybody publishes a
 * SubjectPublicKeyInfo, and libopendkim reads only the latter. Both begin with
 * a SEQUENCE; what stands first in it tells them apart: the algorithm's
 * SEQUENCE, or the modulus, an INTEGER.
 */
#include "lib/auth/signature_key.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#include "lib/base/limits.h"

#define DER_INTEGER 0x02
#define DER_SEQUENCE 0x30

static unsigned char *decode(TALLOC_CTX *mem, const char *base64, size_t *bytes)
{
	size_t length = strlen(base64);
	/* EVP_DecodeBlock wants whole groups of four. */
	const char *padded = mem_printf(mem, "%s%.*s", base64,
					(int)((4 - length % 4) % 4), "==");
	size_t groups = strlen(padded) / 4;
	unsigned char *der = mem_array(mem, unsigned char, groups * 3 + 1);
	const char *equals = strchr(padded, '=');

	if (EVP_DecodeBlock(der, (const unsigned char *)padded,
			    (int)(groups * 4)) < 0)
		return NULL;
	*bytes = groups * 3 - (equals == NULL ? 0 : strlen(equals));
	return der;
}

/* The tag inside the outer SEQUENCE; 0 when there is none. */
static unsigned char inner_tag(const unsigned char *der, size_t bytes)
{
	if (bytes < 2 || der[0] != DER_SEQUENCE)
		return 0;
	/* 0x82: two bytes of length follow. */
	size_t skip = 2 + (der[1] < 0x80 ? 0 : (size_t)(der[1] & 0x7f));
	return skip < bytes ? der[skip] : 0;
}

static const char *wrap(TALLOC_CTX *mem, const unsigned char *der, size_t bytes)
{
	EVP_PKEY *key = d2i_PublicKey(EVP_PKEY_RSA, NULL, &der, (long)bytes);
	unsigned char *spki = NULL;
	int length = key == NULL ? 0 : i2d_PUBKEY(key, &spki);
	char *text = NULL;

	if (length > 0) {
		text = mem_array(mem, char, ((size_t)length + 2) / 3 * 4 + 1);
		(void)EVP_EncodeBlock((unsigned char *)text, spki, length);
	}
	OPENSSL_free(spki);
	EVP_PKEY_free(key);
	return text;
}

static bool is_rsa(const unsigned char *der, size_t bytes)
{
	EVP_PKEY *key = d2i_PUBKEY(NULL, &der, (long)bytes);
	bool is_good = key != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA;

	EVP_PKEY_free(key);
	return is_good;
}

const char *signature_key_rsa(TALLOC_CTX *mem, const char *base64,
			      bool is_decoded)
{
	size_t bytes = 0;

	/* Too long to be handed on; taken apart for nothing otherwise. */
	if (strlen(base64) > LIMIT_KEY_BYTES)
		return base64;
	unsigned char *der = decode(mem, base64, &bytes);
	unsigned char tag = der == NULL ? 0 : inner_tag(der, bytes);
	const char *text = NULL;
	if (tag == DER_INTEGER)
		text = wrap(mem, der, bytes);
	else if (tag == DER_SEQUENCE && (!is_decoded || is_rsa(der, bytes)))
		text = base64;
	ERR_clear_error();
	return text;
}
