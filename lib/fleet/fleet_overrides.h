/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLEET_FLEET_OVERRIDES_H
#define FLEET_FLEET_OVERRIDES_H

/*
 * fleet_overrides - the fleet's overrides as they are read
 *
 * A version is the whole text of an overrides file, under a number that grows
 * by one, with the SHA-256 of its bytes; version 0 is none. What a text means
 * is for override_parse() to say: here it is bytes, of at most
 * LIMIT_FLEET_OVERRIDES_BYTES, that are what their digest says. Who writes one
 * calls fleet_override_put() (push.h).
 */

#include "lib/fleet/push.h"

struct fleet_version {
	int64_t number; /* 0: there is none */
	uint8_t digest[FLEET_DIGEST];
};

/* The digest of a text. False: it could not be made, for want of memory. */
bool fleet_digest_make(struct span text, uint8_t digest[FLEET_DIGEST]);

/* Is that the digest of the text? */
bool fleet_digest_fits(struct span text, const uint8_t digest[FLEET_DIGEST]);

/* By a host's role: the text of that version behind a heading, once below
 * `mem`; no text of version 0. PG_REFUSED: it is gone, too large, or not what
 * its digest says. */
enum pg_kind fleet_overrides_fetch(TALLOC_CTX *mem, struct pg *pg,
				   const struct fleet_version *version,
				   const char *heading, struct span *whole,
				   struct error *err)
    __attribute__((warn_unused_result));

/* By an operator's or a reader's role: the newest, likewise. */
enum pg_kind fleet_overrides_read(TALLOC_CTX *mem, struct pg *pg,
				  struct fleet_version *version,
				  struct span *text, struct error *err)
    __attribute__((warn_unused_result));

/* What counters say of overrides, over all hosts: how many messages one of that
 * comment decided ("override NAME: WHY", as it was then), and the last hour
 * that has one. A comment is a host's word, and may be cut. */
struct fleet_used {
	const char *comment;
	int64_t messages;
	int64_t last_hour_s;
};

struct fleet_used_list {
	size_t count;
	struct fleet_used *items;
};

#define FLEET_USED_MAX 10000 /* the most frequent are told */

/* By a reader's role, since that hour; below `mem`. */
enum pg_kind fleet_overrides_used(TALLOC_CTX *mem, struct pg *pg,
				  int64_t since_s, struct fleet_used_list *list,
				  struct error *err)
    __attribute__((warn_unused_result));

#endif
