/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_PRIVATE_H
#define DNS_DNS_PRIVATE_H

/*
 * dns_private - what a session needs of the struct dns below it
 *
 * Names are in inner form. Thread-safe.
 */

#include <stdint.h>

#include "lib/base/mem.h"
#include "lib/dns/dns.h"

/* An answer that needs no waiting; false when there is none. Its records
 * belong to `mem` or to `dns`. */
bool dns_find(struct dns *dns, TALLOC_CTX *mem, const char *name,
	      enum dns_type type, struct dns_answer *answer);

/* Puts the question on its way unless it is, or is answered. */
void dns_start(struct dns *dns, const char *name, enum dns_type type);

/* The answer, where dns_find has none: waits for it until `deadline_ms`
 * (monotonic) or the end of the question's own time. */
struct dns_answer dns_wait(struct dns *dns, TALLOC_CTX *mem, const char *name,
			   enum dns_type type, int64_t deadline_ms);

/* Counts a question put by a session, with its answer. */
void dns_count_asked(struct dns *dns, const struct dns_answer *answer);

#endif
