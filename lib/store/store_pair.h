/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_PAIR_H
#define STORE_STORE_PAIR_H

/*
 * store_pair - whose mail it is: a client network and an author's organization
 *
 * What one organisation usually holds at least, /24 and /48, and the author
 * domain's registrable name by the public suffix list: made-up names below one
 * domain, and the addresses of one host, are one pair. Both are what somebody
 * claims or has, not more; budgets and ceilings count by them.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/limits.h"
#include "lib/base/net.h"
#include "lib/base/siphash.h"

struct store_pair {
	char network[NET_BLOCK_TEXT]; /* "192.0.2.0/24"; "unknown" as it came */
	const char *author;	      /* "" without one; within the caller's */
};

/* "192.0.2.0/24" of "192.0.2.7"; another text stays, cut. Returns `network`. */
const char *store_network(const char *client_ip, char network[NET_BLOCK_TEXT]);

struct store_pair store_pair(const char *client_ip, const char *author_domain);

/* Numbers under a key, for tables: of the pair, and of each half. */
struct store_pair_numbers {
	uint64_t pair;
	uint64_t network;
	uint64_t author;
};

struct store_pair_numbers store_pair_numbers(const struct store_pair *pair,
					     const struct siphash_key *key);

/* The begin of the hour of that time. */
int64_t store_hour_of(int64_t time_s);

/* Does a message of that time begin an hour other than *hour_s, of which places
 * are counted? Enters it then. One of the hour before belongs to this one, or
 * the two would begin each other anew; a clock that went further back begins
 * anew. */
bool store_hour_begins(int64_t time_s, int64_t *hour_s);

#endif
