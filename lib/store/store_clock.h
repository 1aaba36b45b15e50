/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_CLOCK_H
#define STORE_STORE_CLOCK_H

/*
 * store_clock - what the store knows of the time (clock_trust.h)
 *
 * Whoever deletes or settles asks first, and where the clock is believed notes
 * it down: the daemon before it purges, each hour, and alignctl report send.
 */

#include "lib/base/clock_trust.h"
#include "lib/store/store_db.h"

/* Before the first record of a run: where no clock was ever believed, the
 * youngest record there is by then stands for that. */
bool store_clock_begin(struct store_db *db, struct error *err)
    __attribute__((warn_unused_result));

/* Of that clock, now. */
bool store_clock_facts(struct store_db *db, const struct clock *clock,
		       struct clock_facts *facts, struct error *err)
    __attribute__((warn_unused_result));

/* It was believed at that time. */
bool store_clock_believe(struct store_db *db, int64_t now_s, struct error *err)
    __attribute__((warn_unused_result));

#endif
