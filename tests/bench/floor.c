/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * floor.c - the least that a milter costs, to measure alignd against
 *
 * floor SOCKET accept: libmilter accepting everything, without replies.
 * floor SOCKET crypto: the same, and of each message the SHA-256 of its body
 * and one verification by an RSA key of 2048 bits.
 */
#include <libmilter/mfapi.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/mem.h"

#define SIGNED_BYTES 1000
#define QUIET_STEPS                                                            \
	(SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT |       \
	 SMFIP_NR_DATA | SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY)

static bool is_crypto;
static EVP_PKEY *key;
static const unsigned char text[SIGNED_BYTES];
static unsigned char signature[256];
static size_t signature_length = sizeof signature;

static sfsistat on_negotiate(SMFICTX *ctx, unsigned long actions,
			     unsigned long steps, unsigned long unused2,
			     unsigned long unused3, unsigned long *our_actions,
			     unsigned long *our_steps, unsigned long *our2,
			     unsigned long *our3)
{
	(void)ctx;
	(void)unused2;
	(void)unused3;
	*our_actions = actions & SMFIF_ADDHDRS;
	*our_steps = steps & (QUIET_STEPS | SMFIP_HDR_LEADSPC);
	*our2 = *our3 = 0;
	return SMFIS_CONTINUE;
}

static sfsistat on_connect(SMFICTX *ctx, char *host, struct sockaddr *from)
{
	(void)ctx;
	(void)host;
	(void)from;
	return SMFIS_NOREPLY;
}

static sfsistat on_helo(SMFICTX *ctx, char *name)
{
	(void)ctx;
	(void)name;
	return SMFIS_NOREPLY;
}

static sfsistat on_address(SMFICTX *ctx, char **arguments)
{
	(void)ctx;
	(void)arguments;
	return SMFIS_NOREPLY;
}

static sfsistat on_data(SMFICTX *ctx)
{
	(void)ctx;
	return SMFIS_NOREPLY;
}

static sfsistat on_field(SMFICTX *ctx, char *name, char *value)
{
	(void)ctx;
	(void)name;
	(void)value;
	return SMFIS_NOREPLY;
}

static sfsistat on_end_of_header(SMFICTX *ctx)
{
	EVP_MD_CTX *hash = smfi_getpriv(ctx);

	if (is_crypto && hash == NULL) {
		hash = EVP_MD_CTX_new();
		(void)smfi_setpriv(ctx, hash);
	}
	if (is_crypto)
		(void)EVP_DigestInit_ex(hash, EVP_sha256(), NULL);
	return SMFIS_NOREPLY;
}

static sfsistat on_body(SMFICTX *ctx, unsigned char *bytes, size_t length)
{
	if (is_crypto)
		(void)EVP_DigestUpdate(smfi_getpriv(ctx), bytes, length);
	return SMFIS_NOREPLY;
}

static sfsistat on_end_of_message(SMFICTX *ctx)
{
	unsigned char digest[EVP_MAX_MD_SIZE];

	if (!is_crypto)
		return SMFIS_CONTINUE;
	(void)EVP_DigestFinal_ex(smfi_getpriv(ctx), digest, NULL);
	EVP_MD_CTX *check = EVP_MD_CTX_new();
	bool is_good =
	    EVP_DigestVerifyInit(check, NULL, EVP_sha256(), NULL, key) == 1 &&
	    EVP_DigestVerify(check, signature, signature_length, text,
			     sizeof text) == 1;
	EVP_MD_CTX_free(check);
	return is_good ? SMFIS_CONTINUE : SMFIS_TEMPFAIL;
}

static sfsistat on_close(SMFICTX *ctx)
{
	EVP_MD_CTX_free(smfi_getpriv(ctx));
	(void)smfi_setpriv(ctx, NULL);
	return SMFIS_CONTINUE;
}

static bool prepare_key(void)
{
	EVP_MD_CTX *signer = EVP_MD_CTX_new();

	key = EVP_RSA_gen(2048);
	bool ok =
	    EVP_DigestSignInit(signer, NULL, EVP_sha256(), NULL, key) == 1 &&
	    EVP_DigestSign(signer, signature, &signature_length, text,
			   sizeof text) == 1;
	EVP_MD_CTX_free(signer);
	return ok;
}

int main(int argc, char **argv)
{
	struct smfiDesc description = {
	    .xxfi_name = (char *)"floor",
	    .xxfi_version = SMFI_VERSION,
	    .xxfi_flags = SMFIF_ADDHDRS,
	    .xxfi_connect = on_connect,
	    .xxfi_helo = on_helo,
	    .xxfi_envfrom = on_address,
	    .xxfi_envrcpt = on_address,
	    .xxfi_header = on_field,
	    .xxfi_eoh = on_end_of_header,
	    .xxfi_body = on_body,
	    .xxfi_eom = on_end_of_message,
	    .xxfi_close = on_close,
	    .xxfi_data = on_data,
	    .xxfi_negotiate = on_negotiate,
	};

	if (argc != 3 || (strcmp(argv[2], "accept") != 0 &&
			  strcmp(argv[2], "crypto") != 0)) {
		(void)fputs("usage: floor SOCKET accept|crypto\n", stderr);
		return EXIT_FAILURE;
	}
	is_crypto = strcmp(argv[2], "crypto") == 0;
	(void)umask(0);
	if ((is_crypto && !prepare_key()) ||
	    smfi_setconn(argv[1]) != MI_SUCCESS ||
	    smfi_register(description) != MI_SUCCESS ||
	    smfi_setbacklog(1024) != MI_SUCCESS)
		return EXIT_FAILURE;
	return smfi_main() == MI_SUCCESS ? EXIT_SUCCESS : EXIT_FAILURE;
}
