/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_TIME_TEXT_H
#define BASE_TIME_TEXT_H

/*
 * time_text - times as people type them
 *
 * "90m", "36h", "7d": so long before now. "2026-05-01" and
 * "2026-05-01T12:00:00Z": UTC. "@1777636800": seconds since 1970. Pure.
 */

#include <stdbool.h>
#include <stdint.h>

/* What is allowed, for messages. */
#define TIME_TEXT_ALLOWED                                                      \
	"90m, 36h, 7d, 2026-05-01, 2026-05-01T12:00:00Z, @EPOCH"

/* False leaves *time_s untouched: it is no time. */
bool time_text_read(const char *text, int64_t now_s, int64_t *time_s);

/* "36h", "90d" as a length of time. */
bool time_text_read_length(const char *text, int64_t *seconds);

#endif
