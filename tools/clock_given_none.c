/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock_given_none.c - a build for use settles by the machine's clock
 * Tested by test_alignctl_check.
 */
#include "tools/clock.h"

bool tool_clock_given_settles(void)
{
	return false;
}
