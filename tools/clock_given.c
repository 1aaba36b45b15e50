/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock_given.c - tests live in whatever time they like
 *
 * For builds with --enable-development, and those that a sanitizer or gcov
 * watches. The variable makes one of them as a build for use.
 * Tested by test_alignctl_report_send.
 */
#include "tools/clock.h"

#include <stdlib.h>

bool tool_clock_given_settles(void)
{
	return getenv("ALIGND_REAL_TIME_ONLY") == NULL;
}
