/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sts_kept.c - MTA-STS policies that were offered, and senders may still hold
 * Tested by test_posture_sts.
 */
#include "lib/posture/sts_kept.h"

#include <string.h>

/* Where the domain's begin, or would. */
static size_t find_first(const struct sts_kept_list *all, const char *domain)
{
	size_t low = 0;
	size_t high = all->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(all->items[middle].domain, domain) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct sts_kept_list sts_kept_of(const struct sts_kept_list *all,
				 const char *domain)
{
	size_t begin = find_first(all, domain);
	size_t end = begin;

	while (end < all->count && strcmp(all->items[end].domain, domain) == 0)
		end++;
	return (struct sts_kept_list){
	    .count = end - begin,
	    .items = end > begin ? &all->items[begin] : NULL,
	};
}

int64_t sts_kept_until(const struct sts_kept *kept)
{
	return kept->last_s + kept->policy.max_age_s;
}

bool sts_kept_is_same(const struct sts_kept *a, const struct sts_kept *b)
{
	return strcmp(a->id, b->id) == 0 &&
	       sts_policy_is_same(&a->policy, &b->policy);
}
