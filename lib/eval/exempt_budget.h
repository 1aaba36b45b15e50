/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EVAL_EXEMPT_BUDGET_H
#define EVAL_EXEMPT_BUDGET_H

/*
 * exempt_budget - how much refused mail may reach a postmaster in an hour
 *
 * policy.postmaster_exempt lets mail in, tagged, that would be refused, so that
 * who was refused can ask. Each client organisation (the registrable part of
 * its confirmed name, else its /24 or /48) may do so LIMIT_EXEMPT_MESSAGES
 * times in an hour, and LIMIT_EXEMPT_CLIENTS of them at all: what comes beyond
 * is refused as other mail is. A flood from many networks may so keep others
 * from asking for the rest of the hour, which is the safe direction.
 *
 * Organisations are kept by a keyed number, two of which nobody outside can
 * make alike; the hour is one of the monotonic clock's. Any thread.
 */

#include <stdbool.h>

#include "lib/base/clock.h"
#include "lib/base/net.h"
#include "lib/base/random.h"

struct exempt_budget;

/* `clock` outlives it. */
struct exempt_budget *exempt_budget_new(const struct clock *clock,
					const struct random_source *random);
void exempt_budget_free(struct exempt_budget *budget); /* NULL is fine */

/* One message more of the client, whose confirmed name may be NULL. False: past
 * a bound; nothing is taken then. */
bool exempt_budget_take(struct exempt_budget *budget,
			const struct net_address *client,
			const char *client_name);

#endif
