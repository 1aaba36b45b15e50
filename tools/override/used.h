/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_OVERRIDE_USED_H
#define TOOLS_OVERRIDE_USED_H

/*
 * used - how often each override of a fleet decided, over all hosts
 */

#include "lib/fleet/fleet_overrides.h"
#include "lib/policy/override.h"
#include "lib/show/show.h"

#define OVERRIDE_USED_DAYS 30

struct override_use {
	int64_t messages;
	int64_t last_hour_s; /* 0: none */
};

/* One for each of the set, in its order, below `mem`. What a comment tells
 * belongs to the longest name that fits it; of none in the set it is left out.
 */
struct override_use *override_uses(TALLOC_CTX *mem,
				   const struct override_set *set,
				   const struct fleet_used_list *list);

/* Adds it to what is said of the override. */
void override_use_show(struct show *show, const struct override_use *use);

#endif
