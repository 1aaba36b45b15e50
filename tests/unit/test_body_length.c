/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_body_length.c - lengths of canonicalised bodies
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/auth/body_length.h"

static void counts(void **state)
{
	static const struct {
		const char *body;
		uint64_t simple;
		uint64_t relaxed;
	} rows[] = {
	    {"", 2, 0},
	    {"\r\n", 2, 0},
	    {"\r\n\r\n", 2, 0},
	    {"a", 3, 3},
	    {"a\r\n", 3, 3},
	    {"a\r\n\r\n\r\n", 3, 3},
	    {"\r\na\r\n", 5, 5},
	    {"a \t b\r\n", 7, 5},
	    {"a  \r\n", 5, 3},
	    {" a\r\n", 4, 4},
	    {"a\r\n  \r\n", 7, 3},
	    {"a\r\n  \r\nb\r\n", 10, 8},
	    {"  ", 4, 0},
	    {"a\rb\r\n", 5, 5},
	    {"a\r\r\n", 4, 4},
	    {"a\r", 4, 4},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		for (size_t chunk = 1; chunk < 4; chunk++) {
			struct body_length length = {0};
			size_t all = strlen(rows[i].body);
			for (size_t at = 0; at < all; at += chunk)
				body_length_add(&length,
						span_make(rows[i].body + at,
							  all - at < chunk
							      ? all - at
							      : chunk));
			body_length_finish(&length);
			assert_int_equal(length.simple.total, rows[i].simple);
			assert_int_equal(length.relaxed.total, rows[i].relaxed);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
