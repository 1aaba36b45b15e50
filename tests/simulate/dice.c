/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dice.c - numbers that look random and are the same on every machine
 */
#include "tests/simulate/dice.h"

static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint64_t roll(struct dice *dice)
{
	dice->state += UINT64_C(0x9e3779b97f4a7c15);
	return mix(dice->state);
}

struct dice dice_of(uint64_t seed, unsigned purpose, unsigned day)
{
	uint64_t state = mix(seed + 1);

	state = mix(state ^ (purpose + UINT64_C(0x100)));
	state = mix(state ^ (day + UINT64_C(0x10000)));
	return (struct dice){.state = state};
}

unsigned dice_below(struct dice *dice, unsigned limit)
{
	return (unsigned)(((roll(dice) >> 32) * limit) >> 32);
}

unsigned dice_skewed(struct dice *dice, unsigned limit)
{
	unsigned most = dice_below(dice, limit) + 1;

	return dice_below(dice, most);
}

bool dice_percent(struct dice *dice, unsigned percent)
{
	return dice_below(dice, 100) < percent;
}
