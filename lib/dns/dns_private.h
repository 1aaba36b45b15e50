/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_PRIVATE_H
#define DNS_DNS_PRIVATE_H

/*
 * dns_private - what sessions and chains need of the struct dns below them
 *
 * Names are in inner form. Thread-safe.
 */

#include <stdint.h>

#include "lib/base/mem.h"
#include "lib/dns/dns_backend.h"
#include "lib/dns/dns_cache.h"

struct dns;
struct dns_settings;

/* A resolver over a transport, which ends with it. For tests too. */
struct dns *dns_new_over(struct dns_backend *backend,
			 const struct dns_settings *settings);

/* An answer that needs no waiting; false when there is none. Its records
 * belong to `mem` or to `dns`. */
bool dns_find(struct dns *dns, TALLOC_CTX *mem, const char *name,
	      enum dns_type type, struct dns_answer *answer);

/* Puts the question on its way unless it is, or is answered. */
void dns_start(struct dns *dns, const struct dns_request *request);

/* The same; `arrived` is called as dns_cache_start_then says, if true. */
bool dns_start_then(struct dns *dns, const struct dns_request *request,
		    dns_arrived *arrived, void *context);

/* The answer, where dns_find has none: waits for it until `deadline_ms`
 * (monotonic) or the end of the question's own time. */
struct dns_answer dns_wait(struct dns *dns, TALLOC_CTX *mem,
			   const struct dns_request *request,
			   int64_t deadline_ms);

/* Does it look whether answers are signed? */
bool dns_is_validating(const struct dns *dns);

/* Counts a question put by a session, with its answer. */
void dns_count_asked(struct dns *dns, const struct dns_answer *answer);

#endif
