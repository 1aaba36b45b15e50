/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_FUZZ_WORLD_H
#define TESTS_FUZZ_WORLD_H

/*
 * world - a message and the DNS around it, drawn from bytes
 *
 * Two sides. Domains with p=reject have their servers, their keys, and a zone
 * that no stranger writes. The stranger has a client address and its reverse
 * zone, evil.test and all below, news.strict.test (handed over to him as to a
 * mailing service), and genuine signed messages that he may send again or
 * change. The bytes choose between what either may do; whatever the bytes, the
 * generator knows whether the message is genuine, since it holds the keys.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/mem.h"

#define WORLD_NOW_S 1767225600 /* 2026-01-01 */

struct world {
	const char *zone;
	const char *client;
	const char *client_name; /* as an MTA confirmed it; or NULL */
	const char *helo;
	const char *mail_from;
	const char *message; /* CRLF line ends */

	/* An address of a protected domain stands where mail readers look for
	 * the author. False where that is not known. */
	bool is_shown;
	/* Sent by its servers, or signed by it and unchanged. */
	bool is_genuine;
	/* Genuine, and nothing in the way: it must be delivered. */
	bool is_plain;
};

/* Keys are made at the first call. Texts belong to `mem`. */
struct world world_draw(TALLOC_CTX *mem, const uint8_t *data, size_t size);

/* Does the zone of a protected domain, with p=reject, speak for this name? */
bool world_is_protected(const char *domain);

#endif
