/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_ANSWER_H
#define DNS_DNS_ANSWER_H

/*
 * dns_answer - answers as values that can be copied whole
 *
 * A copy is one block that holds the records, their names and texts. So an
 * answer crosses threads by one copy and is freed by one call.
 */

#include <stddef.h>
#include <stdint.h>

#include "lib/base/mem.h"
#include "lib/dns/dns.h"

#define DNS_FAILURE_TTL_S 5 /* libunbound repeats a failure that long */
#define DNS_NO_SOA_TTL_S 30 /* of a negative answer that names no SOA */
#define DNS_CHAIN_MAX 16    /* CNAMEs followed; past: temporary */

/* An answer without records. */
struct dns_answer dns_answer_empty(enum dns_status status, uint32_t ttl_s);

/* Is it DNS_TEMPORARY or DNS_BOGUS: does it say nothing about the name? */
bool dns_answer_is_failure(const struct dns_answer *answer);

/* The bytes of a copy. */
size_t dns_answer_size(const struct dns_answer *answer);

/* A copy below `mem`. */
struct dns_answer *dns_answer_copy(TALLOC_CTX *mem,
				   const struct dns_answer *answer);

/* A copy on the heap, for what threads share; heap_free() frees all of it. */
struct dns_answer *dns_answer_pack(const struct dns_answer *answer);

#endif
