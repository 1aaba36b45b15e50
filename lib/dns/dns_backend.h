/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_BACKEND_H
#define DNS_DNS_BACKEND_H

/*
 * dns_backend - the seam between the cache and what carries questions
 *
 * An implementation embeds the struct as its first member.
 */

#include <stdbool.h>

#include "lib/dns/dns_answer.h"

/* Takes the answer to a question; the records live only during the call. It
 * holds no lock of the transport's, must not block, and may ask again. */
typedef void dns_answered(void *context, const struct dns_answer *answer);

struct dns_backend {
	/*
	 * Hands a question over and never waits. True: `answered` is called
	 * once, from any thread, perhaps before this returns, unless the
	 * backend is freed first. False: it never is. Thread-safe.
	 */
	bool (*ask)(struct dns_backend *backend, const char *name,
		    enum dns_type type, dns_answered *answered, void *context);

	/* No `answered` runs once this returns; what was not answered is
	 * forgotten. Nobody may be asking. */
	void (*free)(struct dns_backend *backend);
};

#endif
