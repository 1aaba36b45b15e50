/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_SIMULATE_DICE_H
#define TESTS_SIMULATE_DICE_H

/*
 * dice - numbers that look random and are the same on every machine
 *
 * SplitMix64 (Steele, Lea, Flood 2014). Each actor has dice of its own for
 * each day, so that a change of one moves no other. Roll in statements of their
 * own: C does not say which argument of a call is worked out first.
 */

#include <stdbool.h>
#include <stdint.h>

struct dice {
	uint64_t state;
};

/* The dice of purpose and day in the world of that seed. */
struct dice dice_of(uint64_t seed, unsigned purpose, unsigned day);

/* 0 .. limit - 1, for a limit above 0. */
unsigned dice_below(struct dice *dice, unsigned limit);

/* Small numbers more often than large ones: a few write most of the mail. */
unsigned dice_skewed(struct dice *dice, unsigned limit);

/* True `percent` times in a hundred. */
bool dice_percent(struct dice *dice, unsigned percent);

#endif
