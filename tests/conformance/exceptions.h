/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_CONFORMANCE_EXCEPTIONS_H
#define TESTS_CONFORMANCE_EXCEPTIONS_H

/*
 * exceptions - rows of foreign suites that alignd answers otherwise on purpose
 *
 * RUNNER.exceptions beside the runner, one line each:
 *
 *   SUITE ROW | the sentence of the RFC that contradicts the row, or what the
 *               row asks for that alignd does not have
 *
 * ROW is the row's name or its number in the suite, from 1. "#" starts a
 * comment line. A row that is not met and not listed fails its runner; so does
 * a listed one that is met.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/mem.h"

/* The text of tests/conformance/RUNNER.exceptions below `mem`. Ends the program
 * where it cannot be read. */
const char *exceptions_read(TALLOC_CTX *mem, const char *runner);

bool exceptions_have(const char *exceptions, const char *suite,
		     const char *row);
bool exceptions_have_number(const char *exceptions, const char *suite,
			    size_t row);

/* The rows that are listed of a suite. */
int exceptions_count(const char *exceptions, const char *suite);

#endif
