/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_CLOCK_TRUST_H
#define BASE_CLOCK_TRUST_H

/*
 * clock_trust - may something be deleted or settled on the clock's word?
 *
 * A clock that was wrong once, on a machine that came up without its battery or
 * its network, must not cost ninety days of records or thirty of reports. A
 * clock that something keeps (NTP, as the kernel knows) is believed. One that
 * nothing keeps is believed as long as it goes on from where it was last
 * believed: at most an hour back and a day ahead of that. Past either it is in
 * doubt, and stays so, whatever is recorded meanwhile, until it is back, or
 * something keeps it, or the operator vouches for it. Where no clock was ever
 * believed, the youngest record stands for that.
 *
 * So a machine that was off for a hundred days goes on by itself once its clock
 * is synchronised.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"

#define CLOCK_BACK_S 3600   /* a step of a clock that is set by hand */
#define CLOCK_AHEAD_S 86400 /* a day is what a report is about */

enum clock_trust {
	CLOCK_AGREES,
	CLOCK_AHEAD,
	CLOCK_BEHIND,
};

struct clock_facts {
	int64_t now_s;
	int64_t believed_s; /* when it was last believed; 0: never */
	int64_t newest_s;   /* the youngest record; 0: none */
	bool is_kept;	    /* something keeps it in step */
};

/* Pure. */
enum clock_trust clock_trust(const struct clock_facts *facts);

/* Does the kernel hold the clock for synchronised (adjtimex(2))? Where it may
 * not be asked: did systemd-timesyncd set it right within the last hour? Never
 * one that was given. */
bool clock_is_kept(const struct clock *clock);

/* What is in doubt, in words, below `mem`. */
char *clock_trust_words(TALLOC_CTX *mem, const struct clock_facts *facts);

#endif
