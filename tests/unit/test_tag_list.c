/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_tag_list.c - tag lists and base64
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/auth/tag_list.h"

static void reads_lists(void **state)
{
	static const struct {
		const char *input;
		const char *fault; /* NULL: fine */
		size_t count;
	} rows[] = {
	    {"", NULL, 0},
	    {"a=1", NULL, 1},
	    {"a=1;", NULL, 1},
	    {" a = 1 ; b=2;\r\n ", NULL, 2},
	    {"a=;b=", NULL, 2},
	    {"a=1=2", NULL, 1},
	    {"a_1=x", NULL, 1},
	    {";", "syntax error in the tag list", 0},
	    {"a=1;;b=2", "syntax error in the tag list", 0},
	    {"a", "syntax error in the tag list", 0},
	    {"=1", "syntax error in the tag list", 0},
	    {"1a=1", "syntax error in the tag list", 0},
	    {"a b=1", "syntax error in the tag list", 0},
	    {"a=1; a=2", "a tag occurs twice", 0},
	    {"a=1; A=2", NULL, 2},
	    {"a=\x01", "a character that no tag may hold", 0},
	    {"a=\xc3\xb8", NULL, 1},
	    {"a=\xc3", "a character that no tag may hold", 0},
	    {"a=\xed\xa0\x80", "a character that no tag may hold", 0},
	    {"\xc3\xb8=a", "syntax error in the tag list", 0},
	    {"a=\x7f", "a character that no tag may hold", 0},
	};
	struct tag_list list;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *fault =
		    tag_list_parse(&list, span_of(rows[i].input));
		if (rows[i].fault != NULL) {
			assert_non_null(fault);
			assert_string_equal(fault, rows[i].fault);
			continue;
		}
		assert_null(fault);
		assert_int_equal(list.count, rows[i].count);
	}
	assert_non_null(tag_list_parse(&list, span_make("a=x\0y", 5)));
}

static void bounds_the_tags(void **state)
{
	char text[4 * (LIMIT_SIGNATURE_TAGS + 1) + 1];
	size_t length = 0;
	struct tag_list list;

	(void)state;
	for (int i = 0; i <= LIMIT_SIGNATURE_TAGS; i++) {
		text[length++] = (char)('a' + i % 26);
		text[length++] = (char)('a' + i / 26);
		text[length++] = '=';
		text[length++] = ';';
	}
	assert_string_equal(tag_list_parse(&list, span_make(text, length)),
			    "too many tags");
	assert_null(tag_list_parse(&list, span_make(text, length - 4)));
	assert_int_equal(list.count, LIMIT_SIGNATURE_TAGS);
}

static void finds_words(void **state)
{
	struct tag_list list;

	(void)state;
	assert_null(tag_list_parse(&list, span_of("h=From : to:SUBJECT; t=")));
	const struct tag *h = tag_list_find(&list, "h");
	assert_non_null(h);
	assert_true(tag_has_word(h, "from"));
	assert_true(tag_has_word(h, "Subject"));
	assert_false(tag_has_word(h, "fro"));
	assert_false(tag_has_word(tag_list_find(&list, "t"), "y"));
	assert_null(tag_list_find(&list, "H"));
}

static void measures_base64(void **state)
{
	static const struct {
		const char *input;
		bool is_good;
		size_t bytes;
	} rows[] = {
	    {"", true, 0},	    {"QUJD", true, 3},	{"QU JD", true, 3},
	    {"QUI=", true, 2},	    {"QQ==", true, 1},	{"QQ", true, 1},
	    {"Q", false, 0},	    {"=", false, 0},	{"QQ=", false, 0},
	    {"QUJD====", false, 0}, {"Q=QQ", false, 0}, {"QU-D", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t bytes = 99;
		assert_int_equal(base64_measure(span_of(rows[i].input), &bytes),
				 rows[i].is_good);
		assert_int_equal(bytes, rows[i].is_good ? rows[i].bytes : 99);
	}
}

static void decodes_base64(void **state)
{
	static const struct {
		const char *input;
		const char *want; /* NULL: refused */
	} rows[] = {
	    {"", ""},
	    {"QUJD", "ABC"},
	    {"Q U\r\n\tJD", "ABC"},
	    {"QUI=", "AB"},
	    {"QQ==", "A"},
	    {"QQ", "A"},
	    {"QUI", "AB"},
	    {"fn5+", "~~~"},
	    {"Pz8/", "?\x3f?"},
	    {"/////w", "\xff\xff\xff\xff"},
	    {"Q", NULL},
	    {"QUJD!", NULL},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct span bytes = {0};
		assert_int_equal(
		    base64_decode(mem, span_of(rows[i].input), &bytes),
		    rows[i].want != NULL);
		if (rows[i].want != NULL)
			assert_true(span_equals(bytes, rows[i].want));
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_lists),    cmocka_unit_test(bounds_the_tags),
	    cmocka_unit_test(finds_words),    cmocka_unit_test(measures_base64),
	    cmocka_unit_test(decodes_base64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
