/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * probe_tls.c - what a server shows in a TLS handshake, by OpenSSL
 * Tested by test_alignctl_posture_live.
 */
#include "lib/posture/probe_tls.h"

#include <poll.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/posture/probe_smtp.h"

#define NAMES_BYTES 300 /* shown */
#define NAME_BYTES 100

/* Ciphers without a certificate are no fault of a server that takes them: mail
 * servers offer them to those who would not look at one. */
#define CIPHERS "ALL:!aNULL:!eNULL:@SECLEVEL=0"
#define CIPHERS_WEAK "eNULL:RC4:3DES:DES:EXP:MD5:!aNULL:@SECLEVEL=0"

struct probe_tls {
	X509_STORE *roots;
};

static int free_tls(struct probe_tls *tls)
{
	X509_STORE_free(tls->roots);
	return 0;
}

bool probe_tls_new(TALLOC_CTX *mem, const char *ca_file, struct probe_tls **tls,
		   struct error *err)
{
	struct probe_tls *made = mem_new(mem, struct probe_tls);

	made->roots = mem_checked(X509_STORE_new(), sizeof made->roots);
	talloc_set_destructor(made, free_tls);
	int got = ca_file == NULL ? X509_STORE_set_default_paths(made->roots)
				  : X509_STORE_load_file(made->roots, ca_file);
	ERR_clear_error();
	if (got != 1)
		return error_set(
		    err, ERROR_INPUT,
		    "%s: no certificates (PEM) can be read from it",
		    ca_file == NULL ? "the machine's roots" : ca_file);
	*tls = made;
	return true;
}

/* --- certificates --- */

static int64_t seconds_of(const ASN1_TIME *time)
{
	struct tm parts;

	return ASN1_TIME_to_tm(time, &parts) == 1 ? (int64_t)timegm(&parts) : 0;
}

static struct span digest_of(TALLOC_CTX *mem, struct span bytes,
			     const EVP_MD *kind)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned length = 0;

	if (EVP_Digest(bytes.data, bytes.length, digest, &length, kind, NULL) !=
	    1)
		length = 0;
	return span_make(mem_strndup(mem, (const char *)digest, length),
			 length);
}

/* Takes what i2d_ made, or nothing where it failed. */
static void add_forms(TALLOC_CTX *mem, unsigned char *made, int length,
		      struct span forms[PROBE_MATCHINGS])
{
	size_t size = length > 0 ? (size_t)length : 0;
	const struct span bytes = span_make(
	    mem_strndup(mem, size > 0 ? (const char *)made : "", size), size);

	OPENSSL_free(made);
	forms[0] = bytes;
	forms[1] = digest_of(mem, bytes, EVP_sha256());
	forms[2] = digest_of(mem, bytes, EVP_sha512());
}

static bool has_signed(X509 *issuer, X509 *certificate)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer);

	return key != NULL &&
	       X509_check_issued(issuer, certificate) == X509_V_OK &&
	       X509_verify(certificate, key) == 1;
}

/* The next one first, which it is in a chain that is in order. */
static size_t find_issuer(STACK_OF(X509) * chain, size_t count, size_t index)
{
	X509 *certificate = sk_X509_value(chain, (int)index);

	for (size_t step = 1; step <= count; step++) {
		size_t at = (index + step) % count;
		if (has_signed(sk_X509_value(chain, (int)at), certificate))
			return at;
	}
	return count;
}

static void take_key(TALLOC_CTX *mem, X509 *certificate,
		     struct posture_certificate *taken)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	const char *name = key == NULL ? NULL : EVP_PKEY_get0_type_name(key);

	taken->key = name == NULL ? "of a kind that OpenSSL here does not know"
				  : mem_printf(mem, "%s %d", name,
					       EVP_PKEY_get_bits(key));
	taken->strength = name == NULL ? 0 : EVP_PKEY_get_security_bits(key);
}

static struct posture_certificate take_certificate(TALLOC_CTX *mem,
						   X509 *certificate)
{
	struct posture_certificate taken = {
	    .begins_s = seconds_of(X509_get0_notBefore(certificate)),
	    .ends_s = seconds_of(X509_get0_notAfter(certificate)),
	};
	unsigned char *whole = NULL;
	unsigned char *key = NULL;
	int whole_length = i2d_X509(certificate, &whole);
	int key_length =
	    i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &key);

	take_key(mem, certificate, &taken);
	add_forms(mem, whole, whole_length, taken.forms[0]);
	add_forms(mem, key, key_length, taken.forms[1]);
	return taken;
}

/* DNS names of the certificate, for people; what does not fit is left out. */
static const char *names_of(TALLOC_CTX *mem, X509 *certificate)
{
	GENERAL_NAMES *names =
	    X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	struct strbuf text;

	strbuf_init(&text, mem, NAMES_BYTES);
	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		if (name->type != GEN_DNS)
			continue;
		const struct span bytes = span_make(
		    (const char *)ASN1_STRING_get0_data(name->d.dNSName),
		    (size_t)ASN1_STRING_length(name->d.dNSName));
		strbuf_printf(&text, "%s%s", text.length > 0 ? ", " : "",
			      text_escape(mem, bytes, NAME_BYTES, true));
	}
	GENERAL_NAMES_free(names);
	return text.length > 0 ? strbuf_text(&text) : "no name";
}

/* Why no root vouches; NULL: one does. */
static const char *distrust_of(TALLOC_CTX *mem, X509_STORE *roots, X509 *own,
			       STACK_OF(X509) * chain)
{
	X509_STORE_CTX *check = mem_checked(X509_STORE_CTX_new(), sizeof check);
	const char *reason = "OpenSSL cannot look at it";

	if (X509_STORE_CTX_init(check, roots, own, chain) == 1) {
		X509_STORE_CTX_set_flags(check, X509_V_FLAG_NO_CHECK_TIME);
		(void)X509_STORE_CTX_set_purpose(check,
						 X509_PURPOSE_SSL_SERVER);
		reason =
		    X509_verify_cert(check) == 1
			? NULL
			: mem_strdup(mem, X509_verify_cert_error_string(
					      X509_STORE_CTX_get_error(check)));
	}
	X509_STORE_CTX_free(check);
	return reason;
}

static void take_chain(const struct probe_tls *tls, TALLOC_CTX *mem, SSL *ssl,
		       const char *host, struct posture_probe *probe)
{
	STACK_OF(X509) *chain = SSL_get_peer_cert_chain(ssl);
	int sent = sk_X509_num(chain);

	if (probe->count > 0 || sent <= 0)
		return;
	X509 *own = sk_X509_value(chain, 0);
	probe->count =
	    sent < LIMIT_PROBE_CHAIN ? (size_t)sent : LIMIT_PROBE_CHAIN;
	probe->chain = mem_array(mem, struct posture_certificate, probe->count);
	for (size_t i = 0; i < probe->count; i++) {
		probe->chain[i] =
		    take_certificate(mem, sk_X509_value(chain, (int)i));
		probe->chain[i].issuer = find_issuer(chain, probe->count, i);
	}
	probe->distrust = distrust_of(mem, tls->roots, own, chain);
	probe->is_named =
	    X509_check_host(own, host, 0,
			    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
				X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS,
			    NULL) == 1;
	probe->names = names_of(mem, own);
}

/* --- the handshake --- */

static SSL_CTX *make_context(const struct probe_attempt *attempt)
{
	static const int versions[PROBE_VERSIONS] = {
	    TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};
	int most = versions[attempt->version];
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());

	if (context == NULL)
		return NULL;
	SSL_CTX_set_security_level(context, 0);
	(void)SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT);
	SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
	if (SSL_CTX_set_min_proto_version(
		context, attempt->is_weak ? TLS1_VERSION : most) == 1 &&
	    SSL_CTX_set_max_proto_version(context, most) == 1 &&
	    SSL_CTX_set_cipher_list(context, attempt->is_weak ? CIPHERS_WEAK
							      : CIPHERS) == 1)
		return context;
	SSL_CTX_free(context);
	return NULL;
}

static enum probe_answer shake_hands(SSL *ssl,
				     const struct probe_attempt *attempt)
{
	for (;;) {
		int got = SSL_connect(ssl);
		if (got == 1)
			return PROBE_YES;
		int kind = SSL_get_error(ssl, got);
		if (kind != SSL_ERROR_WANT_READ && kind != SSL_ERROR_WANT_WRITE)
			return PROBE_NO;
		if (!probe_smtp_wait(attempt->fd,
				     kind == SSL_ERROR_WANT_READ ? POLLIN
								 : POLLOUT,
				     attempt->deadline_ms))
			return PROBE_UNKNOWN;
	}
}

static void leave(SSL *ssl)
{
	static const char quit[] = "QUIT\r\n";

	(void)SSL_write(ssl, quit, sizeof quit - 1);
	(void)SSL_shutdown(ssl);
}

static enum probe_answer try_context(const struct probe_tls *tls,
				     TALLOC_CTX *mem, SSL *ssl,
				     const struct probe_attempt *attempt,
				     struct posture_probe *probe)
{
	if (SSL_set_fd(ssl, attempt->fd) != 1 ||
	    SSL_set_tlsext_host_name(ssl, attempt->host) != 1)
		return PROBE_UNKNOWN;
	enum probe_answer answer = shake_hands(ssl, attempt);
	if (answer != PROBE_YES)
		return answer;
	take_chain(tls, mem, ssl, attempt->host, probe);
	if (attempt->is_weak)
		probe->weak_cipher = mem_strdup(mem, SSL_get_cipher_name(ssl));
	leave(ssl);
	return answer;
}

enum probe_answer probe_tls_try(struct probe_tls *tls, TALLOC_CTX *mem,
				const struct probe_attempt *attempt,
				struct posture_probe *probe,
				const char **reason)
{
	SSL_CTX *context = make_context(attempt);
	SSL *ssl = context == NULL ? NULL : SSL_new(context);
	enum probe_answer answer = PROBE_UNKNOWN;

	*reason = "OpenSSL here does not speak it";
	if (ssl != NULL) {
		*reason = "the handshake does not end in time";
		answer = try_context(tls, mem, ssl, attempt, probe);
	}
	SSL_free(ssl);
	SSL_CTX_free(context);
	ERR_clear_error();
	return answer;
}
