/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_MEMORY_H
#define DNS_DNS_MEMORY_H

/*
 * dns_memory - what DNS said of domains whose mail passes, for when it says
 * nothing
 *
 * The cache (dns_cache.h) has everybody's names and ends with the process. This
 * has, by policy domain, the answers behind mail that passed with SPF aligned:
 * policy, SPF with what it includes, keys. It stands apart, so that no flood of
 * names pushes it out, and is written down (a row a domain), so that it
 * outlives a restart. An answer of it stands in for one that did not come
 * (DNS_TEMPORARY, never DNS_BOGUS), for mail of that domain and of those below
 * it alone; the outcome is judged from it as from any other.
 *
 * For how long: a day; three for a domain that passed so on two days
 * (LIMIT_REMEMBERED_S), and only such are written down. Times are the wall
 * clock's: an answer of the future, as after a clock was set back, is not used.
 *
 * Whatever DNS says of a name that is remembered is remembered in its place,
 * also that there is nothing, whether the mail that asked passed or not.
 *
 * Bounds: LIMIT_REMEMBERED_DOMAINS domains, in buckets found by a keyed number;
 * LIMIT_REMEMBERED_PER_ORG below one registered name. A domain of two days goes
 * for another only once it has not passed for LIMIT_REMEMBERED_S: whoever wants
 * places needs registered names, and mail that passes on two days, for each; he
 * keeps newcomers out, and drives nobody out. Below one policy domain any name
 * that passes may have answers pushed out, since those below speak for it.
 *
 * Thread-safe.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/mem.h"
#include "lib/base/random.h"
#include "lib/dns/dns_answer.h"

struct dns_memory;
struct dns_session;

/* A domain as it is written down. */
struct dns_memory_row {
	const char *domain;
	int64_t days;	  /* on which its mail passed */
	int64_t last_day; /* of them, since 1970 */
	const uint8_t *bytes;
	size_t length;	  /* 0 with the first day */
	const char *gone; /* the domain that gave it its place; or NULL */
};

/* What a message came to. */
struct dns_memory_event {
	const char *author;
	const char *passed; /* the policy domain, where SPF passed aligned, by
			       what DNS says; or NULL */
	int64_t now_s;
};

struct dns_memory_statistics {
	uint64_t domains;
	uint64_t answers;
	uint64_t bytes;
	uint64_t given; /* in place of none */
};

struct dns_memory *dns_memory_new(const struct random_source *random);
/* NULL is fine. */
void dns_memory_free(struct dns_memory *memory);

/* Takes what the session was answered. True: *row, below `mem`, is to be
 * written down. */
bool dns_memory_note(struct dns_memory *memory, TALLOC_CTX *mem,
		     const struct dns_session *session,
		     const struct dns_memory_event *event,
		     struct dns_memory_row *row);

/* Takes a row that was written down, by whomever. */
void dns_memory_load(struct dns_memory *memory,
		     const struct dns_memory_row *row);

/* How long a question is worth waiting for: INT64_MAX where nothing would stand
 * in, DNS_STALE_WAIT_MS where something would, 0 where it did just now. */
int64_t dns_memory_patience_ms(struct dns_memory *memory, const char *author,
			       const struct dns_question *question,
			       int64_t now_s);

/* What stands in for an answer that did not come; false: nothing. */
bool dns_memory_recall(struct dns_memory *memory, TALLOC_CTX *mem,
		       const char *author, const struct dns_question *question,
		       int64_t now_s, struct dns_answer *answer);

void dns_memory_get_statistics(struct dns_memory *memory,
			       struct dns_memory_statistics *statistics);

#endif
