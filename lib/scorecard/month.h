/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SCORECARD_MONTH_H
#define SCORECARD_MONTH_H

/*
 * month - a calendar month of UTC
 */

#include <stdbool.h>
#include <stdint.h>

#define MONTH_TEXT 8 /* "2026-10" and NUL */

struct month {
	char text[MONTH_TEXT];
	int64_t since_s;
	int64_t until_s; /* of the next one */
};

/* "2026-10", of the years 1970 to 9998. False: it is none. */
bool month_read(const char *text, struct month *month);

/* The last one that was over at that time. */
struct month month_before(int64_t now_s);

/* How many days it has. */
int month_days(const struct month *month);

#endif
