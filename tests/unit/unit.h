/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

/*
 * unit - what every unit test includes first
 *
 * One program per module and one group per program; main ends with
 *   return cmocka_run_group_tests(tests, NULL, NULL) != 0;
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
