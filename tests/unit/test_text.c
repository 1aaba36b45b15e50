/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_text.c - spans, numbers, escaping
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/text.h"

static void reads_numbers(void **state)
{
	static const struct {
		const char *input;
		long want; /* -1: refused, within 0..999 */
	} rows[] = {
	    {"0", 0},	{"7", 7},    {"999", 999}, {"1000", -1},
	    {"", -1},	{"010", -1}, {"00", -1},   {"-1", -1},
	    {"+1", -1}, {"1 ", -1},  {"0x1", -1},  {"99999999999999999999", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		long got = -1;
		(void)text_number(span_of(rows[i].input), 0, 999, &got);
		assert_int_equal(got, rows[i].want);
	}
}

static void places_in_a_list(void **state)
{
	static const char *const words[] = {NULL, "none", "reject"};

	(void)state;
	assert_int_equal(text_place(words, 3, "none"), 1);
	assert_int_equal(text_place(words, 3, "reject"), 2);
	assert_int_equal(text_place(words, 2, "reject"), -1);
	assert_int_equal(text_place(words, 3, "rejects"), -1);
	assert_int_equal(text_place(words, 3, ""), -1);
	assert_int_equal(text_place(words, 3, NULL), -1);
}

static void starts_and_ends(void **state)
{
	(void)state;
	assert_true(span_starts(span_of("From a"), "From "));
	assert_false(span_starts(span_of("from a"), "From "));
	assert_false(span_starts(span_of("From"), "From "));
	assert_true(span_starts(span_of(""), ""));
	assert_true(span_ends(span_of("a:"), ":"));
	assert_true(span_ends(span_of(":"), ":"));
	assert_false(span_ends(span_of(""), ":"));
	assert_false(span_ends(span_of("a:b"), ":"));
}

/* The end of the year 9999, whatever a long has. */
static void reads_long_numbers(void **state)
{
	const int64_t end_s = INT64_C(253402300799);
	int64_t got = -1;

	(void)state;
	assert_true(text_number64(span_of("253402300799"), 0, end_s, &got));
	assert_true(got == end_s);
	assert_false(text_number64(span_of("253402300800"), 0, end_s, &got));
	assert_true(got == end_s);
}

static void escapes_foreign_text(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span dirty = span_make("a\r\nb\\\xff \0z", 9);

	(void)state;
	assert_string_equal(text_escape(mem, dirty, 100, true),
			    "a\\x0d\\x0ab\\\\\\xff \\x00z");
	assert_string_equal(text_escape(mem, dirty, 100, false),
			    "a\\x0d\\x0ab\\\\\\xff\\x20\\x00z");
	assert_string_equal(text_escape(mem, span_of("abcdef"), 6, true),
			    "abcdef");
	assert_string_equal(text_escape(mem, span_of("abcdefg"), 6, true),
			    "abc...");
	assert_string_equal(text_escape(mem, span_of("\r\r\r"), 8, true),
			    "\\x0d...");
	mem_free(mem);
}

static void unescapes(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct span dirty = span_make("a\tb\\\xff \\x41\0z", 12);
	const char *text = text_escape(mem, dirty, 100, true);
	const struct span again = text_unescape(mem, text);

	(void)state;
	assert_int_equal(again.length, dirty.length);
	assert_memory_equal(again.data, dirty.data, dirty.length);
	/* What is never written stays. */
	assert_true(span_equals(text_unescape(mem, "\\q\\x4\\xAF\\"),
				"\\q\\x4\\xAF\\"));
	assert_int_equal(text_unescape(mem, "").length, 0);
	mem_free(mem);
}

static void cuts_spans(void **state)
{
	struct span head;
	struct span tail;

	(void)state;
	assert_true(span_cut(span_of("a;b;c"), ';', &head, &tail));
	assert_true(span_equals(head, "a"));
	assert_true(span_equals(tail, "b;c"));
	assert_false(span_cut(span_of("abc"), ';', &head, &tail));
	assert_true(span_equals(head, "abc"));
	assert_int_equal(tail.length, 0);
	assert_true(span_equals(span_trim(span_of(" \t a b\r\n")), "a b"));
	assert_true(span_equals_nocase(span_of("MX.Test"), "mx.tEST"));
	assert_false(span_equals_nocase(span_of("mx.tes"), "mx.test"));
	assert_int_equal(span_of(NULL).length, 0);
}

static void knows_utf8(void **state)
{
	static const struct {
		const char *input;
		bool want;
	} rows[] = {
	    {"plain", true},
	    {"b\xc3\xbc", true},
	    {"\xe2\x82\xac", true},
	    {"\xf0\x9f\x98\x80", true},
	    {"\xc3", false},
	    {"\x80", false},
	    {"\xc0\xaf", false},
	    {"\xe0\x80\x80", false},
	    {"\xed\xa0\x80", false},
	    {"\xf0\x80\x80\x80", false},
	    {"\xf4\x90\x80\x80", false},
	    {"\xf5\x80\x80\x80", false},
	    {"\xe2\x82", false},
	    {"\xe2\x28\xa1", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(text_is_utf8(span_of(rows[i].input)),
				 rows[i].want);
}

static void makes_printable(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	assert_string_equal(text_printable(mem, ""), "");
	assert_string_equal(text_printable(mem, "a \\x1b~"), "a \\x1b~");
	assert_string_equal(text_printable(mem, "\x1b[2J\n\x7f\xc3\xa4"),
			    "\\x1b[2J\\x0a\\x7f\\xc3\\xa4");
	mem_free(mem);
}

static void finds_folders(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	assert_string_equal(text_folder(mem, "/a/b/c"), "/a/b");
	assert_string_equal(text_folder(mem, "/c"), "/");
	assert_string_equal(text_folder(mem, "c"), ".");
	assert_string_equal(text_folder(mem, "a/c"), "a");
	mem_free(mem);
}

static void knows_ascii(void **state)
{
	static const struct {
		const char *text;
		size_t length;
		bool is_ascii;
		bool is_graphic;
	} rows[] = {
	    {"", 0, true, true},	   {"!az~", 4, true, true},
	    {"a b", 3, true, false},	   {"a\tb", 3, false, false},
	    {"a\x7f", 2, false, false},	   {"a\0b", 3, false, false},
	    {"\xc3\xbc", 2, false, false},
	};

	static const char digits[] = "0123456789abcdefABCDEF";

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct span s = span_make(rows[i].text, rows[i].length);
		assert_true(text_is_ascii(s) == rows[i].is_ascii);
		assert_true(text_is_graphic(s) == rows[i].is_graphic);
	}
	for (int c = 0; c < 256; c++) {
		const char *at = c == 0 ? NULL : strchr(digits, c);
		int want = at == NULL ? -1 : (int)(at - digits);
		assert_int_equal(ascii_hex_value((char)c),
				 want < 16 ? want : want - 6);
		assert_true(ascii_is_one_of((char)c, "af") ==
			    (c == 'a' || c == 'f'));
	}
}

/* Looked at by eights: as each byte by itself has it. */
static void knows_lines(void **state)
{
	static const char *const characters[] = {"a",
						 " ",
						 "~",
						 "\x7f",
						 "\x1f",
						 "\x01",
						 "\n",
						 "\xc2\x9f",
						 "\xc2\xa0",
						 "\xc3\xbc",
						 "\xe2\x82\xac",
						 "\xf0\x9f\x98\x80",
						 "\x80",
						 "\xff",
						 "\xc3"};
	static const bool is_fit[] = {true,  true,  true,  false, false,
				      false, false, false, true,  true,
				      true,  true,  false, false, false};

	(void)state;
	for (size_t before = 0; before < 18; before++) {
		for (size_t i = 0; i < COUNT_OF(characters); i++) {
			char text[64] = "";
			memset(text, 'x', before);
			memcpy(text + before, characters[i],
			       strlen(characters[i]));
			size_t length = strlen(text);
			assert_int_equal(text_is_line(span_of(text)),
					 is_fit[i]);
			memset(text + length, ' ', 9);
			text[length + 9] = '\0';
			assert_int_equal(text_is_line(span_of(text)),
					 is_fit[i]);
		}
	}
	assert_true(text_is_line(span_of("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_numbers),
	    cmocka_unit_test(reads_long_numbers),
	    cmocka_unit_test(places_in_a_list),
	    cmocka_unit_test(starts_and_ends),
	    cmocka_unit_test(escapes_foreign_text),
	    cmocka_unit_test(unescapes),
	    cmocka_unit_test(cuts_spans),
	    cmocka_unit_test(knows_utf8),
	    cmocka_unit_test(knows_ascii),
	    cmocka_unit_test(makes_printable),
	    cmocka_unit_test(finds_folders),
	    cmocka_unit_test(knows_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
