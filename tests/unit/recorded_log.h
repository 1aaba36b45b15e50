/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_RECORDED_LOG_H
#define TESTS_UNIT_RECORDED_LOG_H

/*
 * recorded_log - stands in for milter/log.c and remembers the lines
 */

#include <stddef.h>

void recorded_log_clear(void);

/* How many lines hold the text. */
size_t recorded_log_count(const char *text);

#endif
