/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_scan.c - the lexical pieces of structured fields
 */
#include "tests/unit/unit.h"

#include "lib/mail/scan.h"

static void knows_clean_values(void **state)
{
	(void)state;
	assert_true(scan_is_clean(span_of("")));
	assert_true(scan_is_clean(span_of("a\n b\r\n\tc\n \n d")));
	assert_false(scan_is_clean(span_of("a\nb")));
	assert_false(scan_is_clean(span_of("a\n")));
	assert_false(scan_is_clean(span_of("a\r b")));
	assert_false(scan_is_clean(span_of("a\r")));
	assert_false(scan_is_clean(span_of("a\r\nb")));
	assert_false(scan_is_clean(span_make("a\0b", 3)));
}

static void steps(void **state)
{
	struct scan scan = {.text = span_of(" (a (b) \\)) \t\"c\\\"d\"ef")};
	struct span text;

	(void)state;
	assert_true(scan_cfws(&scan));
	assert_false(scan_char(&scan, 'x'));
	assert_true(scan_quoted(&scan, &text));
	assert_true(span_equals(text, "c\\\"d"));
	assert_true(scan_char(&scan, 'e'));
	assert_int_equal(scan_peek(&scan), 'f');
	assert_true(span_equals(scan_run(&scan, scan_is_atext), "f"));
	assert_true(scan_at_end(&scan));
	assert_int_equal(scan_peek(&scan), '\0');
	assert_false(scan_char(&scan, '\0'));
}

static void knows_atext(void **state)
{
	(void)state;
	for (int c = 0; c < 128; c++) {
		bool is_special = c <= 0x20 || c == 0x7f;
		for (const char *s = "()<>[]:;@\\,.\""; *s != '\0'; s++)
			is_special |= c == *s;
		assert_int_equal(scan_is_atext((char)c), !is_special);
	}
	assert_true(scan_is_atext('\x80'));
	assert_true(scan_is_atext('\xff'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(knows_clean_values),
	    cmocka_unit_test(steps),
	    cmocka_unit_test(knows_atext),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
