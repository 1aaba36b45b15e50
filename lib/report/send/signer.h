/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_SEND_SIGNER_H
#define REPORT_SEND_SIGNER_H

/*
 * signer - DKIM signatures of our own mail (RFC 6376, RFC 8463)
 *
 * One key, RSA or Ed25519, read once. For a program that ends: libopendkim
 * loses 64 bytes with each Ed25519 signature.
 */

#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

struct report_signer;

/* Reads a PEM private key; the words of a failure name the file and what to
 * do. `clock` decides t=; it outlives the signer. */
bool report_signer_new(TALLOC_CTX *mem, const char *domain,
		       const char *selector, const char *key_path,
		       const struct clock *clock, struct report_signer **signer,
		       struct error *err) __attribute__((warn_unused_result));

/* "DKIM-Signature: ...CRLF" for a message with CRLF line ends. */
bool report_signer_sign(TALLOC_CTX *mem, const struct report_signer *signer,
			struct span message, char **field, struct error *err)
    __attribute__((warn_unused_result));

#endif
