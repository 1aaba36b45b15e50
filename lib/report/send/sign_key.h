/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_SEND_SIGN_KEY_H
#define REPORT_SEND_SIGN_KEY_H

/*
 * sign_key - the key that signs our reports: made, and what to publish of it
 * (RFC 6376 3.6.1, RFC 8463 3, RFC 8301 3.2)
 *
 * OpenSSL behind a small door. Who signs with the key is signer.h.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

enum sign_key_type { SIGN_KEY_RSA, SIGN_KEY_ED25519 };

/* "rsa", "ed25519": by name, as k= has them. */
bool sign_key_type_find(const char *name, enum sign_key_type *type);

/* A new private key as PEM (PKCS#8), below `mem`; RSA of 2048 bits. */
bool sign_key_make(TALLOC_CTX *mem, enum sign_key_type type, struct span *pem,
		   struct error *err) __attribute__((warn_unused_result));

/* What the DNS shall say of a private key. */
struct sign_key_public {
	const char *type;
	int bits;
	char *record; /* "v=DKIM1; k=rsa; p=..." */
};

/* Below `mem`. False: no private key that can sign. `path` is for the words. */
bool sign_key_read(TALLOC_CTX *mem, const char *path, struct span pem,
		   struct sign_key_public *key, struct error *err)
    __attribute__((warn_unused_result));

/* The record as the line of a zone file, its text in strings of 255 bytes at
 * most (RFC 1035 3.3.14): `NAME. IN TXT ( "..." "..." )`. Below `mem`. */
char *sign_key_zone_line(TALLOC_CTX *mem, const char *name, const char *record);

#endif
