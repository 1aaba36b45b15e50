/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stop_point_none.c - stop points of a build for use: none
 */
#include "lib/report/send/stop_point.h"

void stop_point(const char *name)
{
	(void)name;
}
