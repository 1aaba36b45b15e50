/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_SIGN_H
#define TESTS_UNIT_SIGN_H

/*
 * sign - DKIM signatures and ARC Sets for tests (RFC 6376 3.4, 3.7; RFC 8463
 * 3; RFC 8617 5.1)
 *
 * A signer of its own, so that what is tested and what tests it share no code:
 * it canonicalises and hashes by itself, and signs whatever it is told to,
 * wrong things included.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/mem.h"

struct sign_key;

/* "rsa" of so many bits, or "ed25519". Freed with `mem`. */
struct sign_key *sign_key_new(TALLOC_CTX *mem, const char *type, unsigned bits);

/* The Ed25519 key that these bytes are, the same on every run. */
struct sign_key *sign_key_of_bytes(TALLOC_CTX *mem,
				   const unsigned char bytes[32]);

/* p=: SubjectPublicKeyInfo or, with `is_pkcs1`, RSAPublicKey; the 32 raw bytes
 * of an Ed25519 key. */
char *sign_key_base64(TALLOC_CTX *mem, const struct sign_key *key,
		      bool is_pkcs1);

/* "v=DKIM1; k=...; p=..." */
char *sign_key_record(TALLOC_CTX *mem, const struct sign_key *key);

/* The key's signature over the SHA-256 of the text, as base64. */
char *sign_text(TALLOC_CTX *mem, const struct sign_key *key, const char *text);

/* A line of a zone file: the record at SELECTOR._domainkey.DOMAIN, in strings
 * of at most 200 bytes. */
char *sign_key_zone(TALLOC_CTX *mem, const char *domain, const char *selector,
		    const char *record);

/* All zero is "relaxed/relaxed" over From, To, Subject, Date and
 * Message-ID. */
struct sign_options {
	const char *algorithm; /* a=; NULL: the key's type with SHA-256 */
	const char *canonicalization; /* c=; NULL: relaxed/relaxed */
	const char *fields;	      /* h=; NULL: these five */
	bool has_length;	      /* l= */
	size_t length;		      /* written as it is, even beyond */
	const char *tags;    /* more of them, such as "t=5; x=9; i=@a.test" */
	const char *version; /* v=; NULL: 1 */
	const char *b_tag;   /* what stands before the signature; NULL: b= */
	const char *tail;    /* tags behind it, such as ";xb=1" */
};

/* "DKIM-Signature: ...CRLF" for a message with CRLF line ends. */
char *sign_message(TALLOC_CTX *mem, const char *domain, const char *selector,
		   const struct sign_key *key,
		   const struct sign_options *options, const char *message);

/* All zero is the first set, sealed over the same. */
struct seal_options {
	unsigned instance;   /* 0: 1 */
	const char *cv;	     /* NULL: none for the first, pass for others */
	const char *results; /* of the AAR; NULL: "DOMAIN; dmarc=pass" */
	const char *tags;    /* of the AS, more of them */
	struct sign_options message; /* of the AMS */
};

/* "ARC-Seal: ...CRLF", AMS and AAR for a message with CRLF line ends that
 * holds the sets before (RFC 8617 5.1). */
char *seal_message(TALLOC_CTX *mem, const char *domain, const char *selector,
		   const struct sign_key *key,
		   const struct seal_options *options, const char *message);

#endif
