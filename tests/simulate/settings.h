/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_SIMULATE_SETTINGS_H
#define TESTS_SIMULATE_SETTINGS_H

/*
 * settings - what is tried
 *
 * The first row has no rule that spares anything; all others are measured
 * against it.
 */

#include "tests/simulate/site.h"

extern const struct setting_row setting_rows[];
extern const size_t setting_row_count;

#endif
