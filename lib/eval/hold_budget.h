/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EVAL_HOLD_BUDGET_H
#define EVAL_HOLD_BUDGET_H

/*
 * hold_budget - how much mail may go into the MTA's hold queue in an hour
 *
 * What is held stays until a person looks, and anybody with a p=quarantine
 * domain of his own, or many, can have mail held. So both messages and bytes
 * have a bound, for one organisation's policies and in all.
 *
 * The hour is one of the monotonic clock's, counted from the start; what was
 * not used is not carried over. Of domains only those are kept of which
 * something was held in it: at most as many as messages may be held.
 *
 * Nothing is written to disk: a restart begins a new hour. Any thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/clock.h"
#include "lib/policy/decide.h"

struct hold_budget;

/* `clock` outlives it. */
struct hold_budget *hold_budget_new(const struct clock *clock);
void hold_budget_free(struct hold_budget *budget); /* NULL is fine */

/* One message more, of so many bytes. `domain` is the registrable name whose
 * policy is applied, "" where there is none. False: past a bound of the
 * settings; nothing is taken then. */
bool hold_budget_take(struct hold_budget *budget,
		      const struct policy_settings *settings,
		      const char *domain, uint64_t bytes);

/* One message more that policy.known_path spares, before it is held or
 * redirected: of these alone there is a bound of its own. */
bool hold_budget_take_path(struct hold_budget *budget,
			   const struct policy_settings *settings);

struct hold_statistics {
	uint64_t hour_messages; /* held in this hour so far */
	uint64_t hour_bytes;
	uint64_t messages; /* since the start */
	uint64_t bytes;
	uint64_t refused; /* past a bound, since the start */
};

void hold_budget_get_statistics(struct hold_budget *budget,
				struct hold_statistics *statistics);

#endif
