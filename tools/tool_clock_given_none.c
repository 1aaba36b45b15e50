/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tool_clock_given_none.c - a build for use settles by the machine's clock
 */
#include "tools/tool_clock.h"

bool tool_clock_given_settles(void)
{
	return false;
}
