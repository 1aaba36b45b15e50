/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_CACHE_H
#define DNS_DNS_CACHE_H

/*
 * dns_cache - bounded, shared memory of answers, with single flight
 *
 * However many threads want the answer to (name, type), one question leaves.
 * A thread whose deadline passes stops waiting; the question goes on and its
 * answer is kept for the next. A question that finds no place (dns_quota.h)
 * waits for one as long as a thread waits for its answer. Answers are kept for
 * their TTL, failures for DNS_FAILURE_TTL_S. A hit in the last tenth of an
 * answer's life fetches it anew while the old one is given; a failure then
 * replaces nothing.
 *
 * An answer past its TTL stands in for a failure for as long as max_stale_s
 * says (RFC 8767): its servers are asked, and waited for DNS_STALE_WAIT_MS at
 * most; when they fail, or have not answered by then, it is given and marked,
 * and for DNS_RECHECK_MS at once. Not so for a question that found no place
 * (dns_quota.h): whoever fills them would keep an old answer in force. Whatever they do say is believed from that
 * moment on, also that there is no such name. DNS_BOGUS is an answer in this:
 * something was said that does not validate, and what may be an attack is not
 * to be outlived by means of older data; it takes the stale answer's place.
 * TTL 0 makes no difference: behind another cache it ends every TTL.
 *
 * What threads get is copied. The cache calls its backend, and is called by
 * it, without a lock held: an arriving answer may start further questions.
 *
 * When room runs out, what served real traffic leaves last, by type and by name
 * (dns_table.h).
 */

#include <stddef.h>
#include <stdint.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/dns/dns_backend.h"
#include "lib/dns/dns_statistics.h"

#define DNS_FOLLOW_PAUSE_MS 5000 /* between two followings of one answer */
/* RFC 8767 5: the client response timer, the failure recheck timer, and the TTL
 * of what is stale. */
#define DNS_STALE_WAIT_MS 1800
#define DNS_RECHECK_MS 30000
#define DNS_STALE_TTL_S 30

struct dns_cache;

struct dns_cache_limits {
	size_t max_entries;
	uint32_t min_ttl_s; /* of all answers but failures */
	uint32_t max_ttl_s;
	uint32_t negative_ttl_s; /* longest */
	uint32_t max_stale_s;	 /* past an answer's TTL; 0: never */
};

/* A question, and whose mail causes it: the message's author as far as that is
 * known; NULL for nobody in particular. */
struct dns_request {
	const char *name;
	enum dns_type type;
	const char *author;
};

/* Takes an arrived answer, without a lock held; NULL when none will come. */
typedef void dns_arrived(void *context, const struct dns_question *question);

/* Over `backend`, which stays the caller's and ends before the cache. TTLs
 * run on the clock's monotonic time; deadlines always on the system's. */
struct dns_cache *dns_cache_new(struct dns_backend *backend,
				const struct clock *clock,
				const struct dns_cache_limits *limits);

/* Every wait ends with DNS_TEMPORARY from now on. */
void dns_cache_stop(struct dns_cache *cache);
void dns_cache_free(struct dns_cache *cache);

/* An answer at hand, with what is left of its TTL, its records below `mem`; one
 * past it only while its servers are known to fail. False when there is none.
 */
bool dns_cache_find(struct dns_cache *cache, TALLOC_CTX *mem, const char *name,
		    enum dns_type type, struct dns_answer *answer);

/* Puts the question on its way unless it is, or its answer is at hand. */
void dns_cache_start(struct dns_cache *cache,
		     const struct dns_request *request);

/*
 * The same for somebody who wants to act on the answer. True: `arrived` is
 * called once, perhaps before this returns. False: it never is, because it was
 * done for the same question just now (DNS_FOLLOW_PAUSE_MS), will be when the
 * answer comes, or because too many are in flight.
 */
bool dns_cache_start_then(struct dns_cache *cache,
			  const struct dns_request *request,
			  dns_arrived *arrived, void *context);

/* The answer, waiting for it until `deadline_ms`; past it what is stale, else
 * DNS_TEMPORARY. */
struct dns_answer dns_cache_wait(struct dns_cache *cache, TALLOC_CTX *mem,
				 const struct dns_request *request,
				 int64_t deadline_ms);

/* Answers kept at this moment. */
size_t dns_cache_count(struct dns_cache *cache);

/* Adds the cache's figures: all but `asked`, `answers` and `failed`. */
void dns_cache_add_statistics(struct dns_cache *cache,
			      struct dns_statistics *statistics);

#endif
