/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_STATISTICS_H
#define DNS_DNS_STATISTICS_H

/*
 * dns_statistics - what a resolver counts; sessions, cache and table fill it
 */

#include <stdint.h>

#include "lib/base/histogram.h"
#include "lib/dns/dns_answer.h"

struct dns_statistics {
	uint64_t asked;			/* questions put by sessions */
	uint64_t answers[DNS_STATUSES]; /* what they got, by status */
	uint64_t hits;			/* answered by the cache */
	uint64_t misses;     /* not at hand: had to wait, or were refused */
	uint64_t stale;	     /* of the answers given, past their TTL */
	uint64_t hit_age_ms; /* of what it gave then, summed: how long ago
				that had arrived */
	uint64_t joined;     /* waited for a question already in flight */
	uint64_t sent;	     /* questions handed to the transport */
	uint64_t sent_ahead; /* of them, before anybody waited */
	uint64_t failed;     /* temporary or bogus */
	uint64_t queued;     /* waited for a place among those in flight */
	uint64_t refused;    /* waited for, and got none */
	uint64_t evicted;    /* left the cache for room, before their end */
	uint64_t entries;    /* answers in the cache now, past their TTL too */
	uint64_t bytes;	     /* memory they take */
	struct histogram_figures round_trip; /* of what the transport sent */
};

#endif
