/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_CONFORMANCE_EXCEPTIONS_H
#define TESTS_CONFORMANCE_EXCEPTIONS_H

/*
 * exceptions - rows of foreign suites that alignd answers otherwise on purpose
 *
 * A file beside the runner, one line each: SUITE ROW and the sentence that
 * makes us right.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/mem.h"

/* The text of tests/conformance/NAME; empty when there is no such file. */
const char *exceptions_read(TALLOC_CTX *mem, const char *name);

bool exceptions_have(const char *exceptions, const char *suite, size_t row);

/* The same where rows have names. */
bool exceptions_have_name(const char *exceptions, const char *suite,
			  const char *row);

#endif
