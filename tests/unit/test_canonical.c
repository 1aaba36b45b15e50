/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_canonical.c - header fields as they are hashed
 */
#include "tests/unit/unit.h"

#include "lib/auth/canonical.h"

static void canonicalises(void **state)
{
	static const struct {
		const char *name;
		const char *value;
		const char *simple;
		const char *relaxed;
	} rows[] = {
	    {"A", " X", "A: X", "a:X"},
	    {"B ", " Y\t\r\n\tZ  ", "B : Y\t\r\n\tZ  ", "b:Y Z"},
	    {"B", " Y\n Z", "B: Y\r\n Z", "b:Y Z"},
	    {"B", "\r\n Z", "B:\r\n Z", "b:Z"},
	    {"SubJect", "", "SubJect:", "subject:"},
	    {"S", " \t ", "S: \t ", "s:"},
	    {"S", "a\rb \r c", "S:a\rb \r c", "s:a\rb \r c"},
	    {"S", "a\r\r\n b", "S:a\r\r\n b", "s:a\r b"},
	    {"S", "\n\n\n", "S:\r\n\r\n\r\n", "s:"},
	    {"", "x", ":x", ":x"},
	    {"S", " \va\f b\v ", "S: \va\f b\v ", "s:\va\f b\v"},
	    {"S", "\ra\r", "S:\ra\r", "s:\ra\r"},
	    {"S", " \r", "S: \r", "s:\r"},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct field field = {span_of(rows[i].name),
				      span_of(rows[i].value)};
		struct span simple = canonical_field(mem, field, false);
		struct span relaxed = canonical_field(mem, field, true);
		assert_true(span_equals(
		    simple, mem_printf(mem, "%s\r\n", rows[i].simple)));
		assert_true(span_equals(
		    relaxed, mem_printf(mem, "%s\r\n", rows[i].relaxed)));
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(canonicalises),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
