/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_GROUPS_H
#define STORE_STORE_GROUPS_H

/*
 * store_groups - incidents counted by what they have in common
 */

#include "lib/store/store_reader.h"

/* What incidents may be grouped by. */
enum store_group_key {
	STORE_GROUP_FROM,    /* the author domain */
	STORE_GROUP_IP,	     /* the client's address */
	STORE_GROUP_NETWORK, /* its /24, or its /48 */
	STORE_GROUP_CLIENT,  /* its confirmed name */
	STORE_GROUP_REASON,
	STORE_GROUP_POLICY, /* what the policy asked */
	STORE_GROUP_RESULT, /* of DMARC */
	STORE_GROUP_OVERRIDE,
	STORE_GROUP_HOST, /* that received them */
	STORE_GROUP_KEYS,
};

/* "from" "ip" ..., and back; false for all else. */
const char *store_group_key_text(enum store_group_key key);
bool store_group_key_parse(const char *text, enum store_group_key *key);

struct store_group {
	const char *key; /* "" where the incidents have none */
	int64_t count;
	int64_t first_s;
	int64_t last_s;
	int64_t sources; /* distinct addresses of clients */
	int64_t applied[STORE_DISPOSITIONS];
	int64_t would[STORE_DISPOSITIONS]; /* in enforce mode, as far as it is
					      known (store_would.h) */
	int64_t spared; /* that monitor mode let in, and enforce mode would not
			   have; they are in both of the above */
};

/* The filter's incidents by `key`, the largest group first; the filter's limit
 * counts groups. Calls `seen` for each until it returns false. */
bool store_groups(struct store_reader *reader,
		  const struct store_filter *filter, enum store_group_key key,
		  bool (*seen)(void *context, const struct store_group *group),
		  void *context, struct error *err)
    __attribute__((warn_unused_result));

#endif
