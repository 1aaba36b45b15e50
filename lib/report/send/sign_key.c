/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sign_key.c - the key that signs our reports: made, and what to publish of it
 * Tested by test_alignctl_report_key.
 */
#include "lib/report/send/sign_key.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "lib/base/strbuf.h"

#define RSA_BITS 2048
#define RSA_BITS_MIN 1024 /* RFC 8301 3.2 */
#define RSA_BITS_MAX 4096 /* more, and verifiers decline */
#define ED25519_BYTES 32
#define STRING_MAX 255
#define LINE_MAX_BYTES 4096 /* a record of RSA 4096 is below 800 */

static const char *const type_names[] = {
    [SIGN_KEY_RSA] = "rsa",
    [SIGN_KEY_ED25519] = "ed25519",
};

bool sign_key_type_find(const char *name, enum sign_key_type *type)
{
	int place = text_place(type_names, COUNT_OF(type_names), name);

	if (place < 0)
		return false;
	*type = (enum sign_key_type)place;
	return true;
}

/* --- making one --- */

static EVP_PKEY *generate(enum sign_key_type type)
{
	return type == SIGN_KEY_RSA
		   ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)RSA_BITS)
		   : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
}

bool sign_key_make(TALLOC_CTX *mem, enum sign_key_type type, struct span *pem,
		   struct error *err)
{
	EVP_PKEY *key = generate(type);
	BIO *text = BIO_new(BIO_s_mem());
	char *bytes;
	bool ok = key != NULL && text != NULL &&
		  PEM_write_bio_PKCS8PrivateKey(text, key, NULL, NULL, 0, NULL,
						NULL) == 1;

	if (ok) {
		long length = BIO_get_mem_data(text, &bytes);
		*pem = span_make(mem_strndup(mem, bytes, (size_t)length),
				 (size_t)length);
	}
	BIO_free(text);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return ok || error_set(err, ERROR_SYSTEM, "OpenSSL makes no %s key",
			       type_names[type]);
}

/* --- what to publish --- */

/* A key behind a passphrase is none to us; nobody is asked for it. */
static int no_passphrase(char *text, int size, int is_writing, void *context)
{
	(void)text;
	(void)size;
	(void)is_writing;
	(void)context;
	return 0;
}

static EVP_PKEY *read_pem(struct span pem)
{
	BIO *text = BIO_new_mem_buf(pem.data, (int)pem.length);
	EVP_PKEY *key =
	    text == NULL
		? NULL
		: PEM_read_bio_PrivateKey(text, NULL, no_passphrase, NULL);

	BIO_free(text);
	ERR_clear_error();
	return key;
}

static bool is_of_use(const EVP_PKEY *key, enum sign_key_type *type)
{
	int bits = EVP_PKEY_get_bits(key);

	if (EVP_PKEY_is_a(key, "ED25519") == 1) {
		*type = SIGN_KEY_ED25519;
		return true;
	}
	*type = SIGN_KEY_RSA;
	return EVP_PKEY_is_a(key, "RSA") == 1 && bits >= RSA_BITS_MIN &&
	       bits <= RSA_BITS_MAX;
}

static char *base64(TALLOC_CTX *mem, const unsigned char *bytes, size_t length)
{
	char *text = mem_array(mem, char, (length + 2) / 3 * 4 + 1);

	(void)EVP_EncodeBlock((unsigned char *)text, bytes, (int)length);
	return text;
}

/* Of RSA a SubjectPublicKeyInfo, as everybody publishes it; of Ed25519 the bare
 * bytes. NULL: OpenSSL could not. */
static char *public_text(TALLOC_CTX *mem, const EVP_PKEY *key,
			 enum sign_key_type type)
{
	unsigned char raw[ED25519_BYTES];
	size_t raw_length = sizeof raw;
	unsigned char *der = NULL;
	char *text = NULL;

	if (type == SIGN_KEY_ED25519)
		return EVP_PKEY_get_raw_public_key(key, raw, &raw_length) == 1
			   ? base64(mem, raw, raw_length)
			   : NULL;
	int length = i2d_PUBKEY(key, &der);
	if (length > 0)
		text = base64(mem, der, (size_t)length);
	OPENSSL_free(der);
	return text;
}

bool sign_key_read(TALLOC_CTX *mem, const char *path, struct span pem,
		   struct sign_key_public *key, struct error *err)
{
	EVP_PKEY *private = read_pem(pem);
	enum sign_key_type type;
	const char *text = NULL;

	if (private != NULL && is_of_use(private, &type))
		text = public_text(mem, private, type);
	if (text != NULL)
		*key = (struct sign_key_public){
		    .type = type_names[type],
		    .bits = EVP_PKEY_get_bits(private),
		    .record = mem_printf(mem, "v=DKIM1; k=%s; p=%s",
					 type_names[type], text)};
	EVP_PKEY_free(private);
	ERR_clear_error();
	return text != NULL ||
	       error_set(err, ERROR_CONFIG,
			 "%.120s holds no key to sign with (allowed: a PEM "
			 "private key, RSA of %d to %d bits or Ed25519, "
			 "without a passphrase)",
			 path, RSA_BITS_MIN, RSA_BITS_MAX);
}

char *sign_key_zone_line(TALLOC_CTX *mem, const char *name, const char *record)
{
	struct strbuf line;
	struct span rest = span_of(record);

	strbuf_init(&line, mem, LINE_MAX_BYTES);
	strbuf_printf(&line, "%s. IN TXT (", name);
	while (rest.length > 0) {
		size_t length =
		    rest.length < STRING_MAX ? rest.length : STRING_MAX;
		strbuf_printf(&line, " \"%.*s\"", (int)length, rest.data);
		rest = span_from(rest, length);
	}
	strbuf_add_text(&line, " )");
	return strbuf_text(&line);
}
