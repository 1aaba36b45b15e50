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
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* cmocka's assertions do not come back when they fail, and do not say so to the
 * compiler, which then finds uninitialized what a function that was asserted on
 * has written. These say it. */
static inline void unit_assert(bool holds, const char *text, const char *file,
			       int line)
{
	_assert_true(holds, text, file, line);
	if (!holds)
		abort();
}

void _fail(const char *const file, const int line) __attribute__((noreturn));

#undef assert_true
#define assert_true(c) unit_assert((c), #c, __FILE__, __LINE__)
#undef assert_false
#define assert_false(c) unit_assert(!(c), "!(" #c ")", __FILE__, __LINE__)

#endif
