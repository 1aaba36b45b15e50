/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_MAKE_DELIVERY_TOKEN_H
#define REPORT_MAKE_DELIVERY_TOKEN_H

/*
 * delivery_token - how a report's mail is known again when it comes back
 *
 * Anybody can write a bounce. What tells a true one is a token that only we
 * and those who had that mail can know: the beginning of the report's id, by
 * which the delivery is found, and a keyed digest over the id and the address
 * (HMAC-SHA-256, 80 bits of it). Who got a report can so end that delivery,
 * and no other.
 *
 * The key lies beside the store, in a file of its own that belongs to who
 * sends reports, mode 0600. Without it no token can be made or checked; a lost
 * one costs the bounces of what is under way.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"

#define DELIVERY_TOKEN_TEXT 33	  /* 32 hex digits and NUL */
#define DELIVERY_TOKEN_LOCATOR 12 /* of them, the beginning of an id */

struct delivery_key;

/* Reads the key beside the store; makes it from `random` when it is missing
 * and `random` is not NULL. */
bool delivery_key_open(TALLOC_CTX *mem, const char *store_path,
		       const struct random_source *random,
		       struct delivery_key **key, struct error *err)
    __attribute__((warn_unused_result));

/* Of 32 given bytes, for tests. */
struct delivery_key *delivery_key_of(TALLOC_CTX *mem, const char *bytes);

/* The token of one report on its way to one address; returns `text`. */
const char *delivery_token(const struct delivery_key *key,
			   const char *report_id, const char *address,
			   char text[DELIVERY_TOKEN_TEXT]);

/* The Message-ID without brackets: "ID.DIGEST@DOMAIN", of which the token is
 * made up again (bounce.h). Below `mem`. */
char *delivery_message_id(TALLOC_CTX *mem, const char *report_id,
			  const char *token, const char *domain);

#endif
