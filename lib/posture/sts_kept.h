/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_STS_KEPT_H
#define POSTURE_STS_KEPT_H

/*
 * sts_kept - MTA-STS policies that were offered, and senders may still hold
 *
 * A sender keeps a policy for its max_age and looks for another only where the
 * record has another id (RFC 8461 3.1, 5.1): so what was offered once is obeyed
 * for weeks, whatever is published since. Plain data; kept for own domains.
 */

#include <stddef.h>
#include <stdint.h>

#include "lib/posture/sts_policy.h"

struct sts_kept {
	const char *domain;
	const char *id; /* of the record that went with it */
	struct sts_policy policy;
	int64_t first_s; /* seen by us */
	int64_t last_s;
};

/* Sorted by domain, in inner form, byte by byte. */
struct sts_kept_list {
	size_t count;
	const struct sts_kept *items;
};

/* Those of a domain, out of a list of many; it points into it. */
struct sts_kept_list sts_kept_of(const struct sts_kept_list *all,
				 const char *domain);

/* Until when a sender that fetched it when it was last seen obeys it. */
int64_t sts_kept_until(const struct sts_kept *kept);

/* Are they the same for a sender: id, mode, max_age, and hosts in whatever
 * order? */
bool sts_kept_is_same(const struct sts_kept *a, const struct sts_kept *b);

#endif
