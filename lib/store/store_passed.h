/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_PASSED_H
#define STORE_STORE_PASSED_H

/*
 * store_passed - from which networks mail of which author passed before
 *
 * Bounded: so many buckets of so many pairs, found by keyed numbers. No network
 * and no author has more than a share of all places, so neither somebody with
 * many networks and one domain nor somebody with one network and many domains
 * fills it; a pair seen on several days goes only for one that has not come for
 * a week, so that whoever has many of both needs days as well. The pairs stand
 * in table `passed` of the file, for the next start. Thread-safe.
 */

#include <pthread.h>
#include <stdbool.h>

#include "lib/store/store_pair.h"

#define STORE_PASSED_BUCKETS 4096
#define STORE_PASSED_PLACES 16 /* of a bucket */
#define STORE_PASSED_SLOTS                                                     \
	4096			/* networks, and authors, that are told apart  \
				 */
#define STORE_PASSED_SHARE 2048 /* places of one of them */
#define STORE_PASSED_DAYS 35	/* a pair not seen for so long is forgotten */

struct store_passed_pair {
	uint64_t number;  /* 0: a free place */
	uint16_t network; /* slots */
	uint16_t author;
	uint16_t first_day; /* since 1970 */
	uint16_t last_day;
	uint16_t days; /* on which mail passed */
};

struct store_passed {
	pthread_mutex_t lock;
	struct siphash_key key;
	struct store_passed_pair *places;
	uint16_t networks[STORE_PASSED_SLOTS]; /* places taken */
	uint16_t authors[STORE_PASSED_SLOTS];
};

void store_passed_init(struct store_passed *passed);
void store_passed_done(struct store_passed *passed);

/* Begins anew, under the key of a file; then its pairs, one by one. What has
 * no place is left out. */
void store_passed_clear(struct store_passed *passed,
			const struct siphash_key *key);
void store_passed_load(struct store_passed *passed,
		       const struct store_passed_pair *pair);

/* Mail of the pair passed on that day. What changed is to be written: *kept as
 * it is now, and the row of `*gone`, 0 for none, to be deleted. False: nothing
 * changed. */
bool store_passed_note(struct store_passed *passed,
		       const struct store_pair *pair, int64_t time_s,
		       struct store_passed_pair *kept, uint64_t *gone);

/* Did mail of the pair pass within the days before? */
bool store_passed_has(struct store_passed *passed,
		      const struct store_pair *pair, int64_t time_s);

#endif
