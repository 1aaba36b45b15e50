/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_json.c - JSON written and read back
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/json.h"

static void makes_text_valid(void **state)
{
	static const struct {
		const char *input;
		const char *want;
	} rows[] = {
	    {"plain", "[\"plain\"]"},
	    {"", "[\"\"]"},
	    {"say \"a\\b\"", "[\"say \\\"a\\\\b\\\"\"]"},
	    {"a\r\n\tb\x7f", "[\"a\\\\x0d\\\\x0a\\\\x09b\\\\x7f\"]"},
	    {"b\xc3\xbc", "[\"b\\u00FC\"]"},
	    {"\xf0\x9f\x98\x80", "[\"\\uD83D\\uDE00\"]"},
	    {"\xff\xc3z\xc3", "[\"\\\\xff\\\\xc3z\\\\xc3\"]"},
	    {"\xed\xa0\x80", "[\"\\\\xed\\\\xa0\\\\x80\"]"},
	    {"\xc3\xbc\xff\xe2\x82\xac", "[\"\\u00FC\\\\xff\\u20AC\"]"},
	    {NULL, "[null]"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct json *array = json_new_array(mem);
		json_add_text(array, rows[i].input);
		assert_string_equal(json_text(mem, array), rows[i].want);
		mem_free(mem);
	}
}

static void keeps_the_order_of_keys(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct json *object = json_new_object(mem);
	struct json *inner = json_new_object(mem);

	(void)state;
	json_put_text(object, "zone", "z");
	json_put_number(object, "age", INT64_MIN);
	json_put_flag(object, "middle", true);
	json_put_null(object, "nothing");
	json_put_text(object, "none", NULL);
	json_put(object, "beside", inner);
	json_put_flag(inner, "late", false);
	assert_string_equal(json_text(mem, object),
			    "{\"zone\":\"z\",\"age\":-9223372036854775808,"
			    "\"middle\":true,\"nothing\":null,\"none\":null,"
			    "\"beside\":{\"late\":false}}");
	mem_free(mem);
}

/* A parent shares its child's value, whichever context dies first. */
static void outlives_its_child(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	TALLOC_CTX *brief = mem_context(NULL);
	struct json *array = json_new_array(mem);
	struct json *child = json_new_object(brief);

	(void)state;
	json_put_number(child, "n", 7);
	json_add(array, child);
	mem_free(brief);
	assert_string_equal(json_text(mem, array), "[{\"n\":7}]");

	struct json *item = json_item(NULL, array, 0);
	mem_free(mem);
	assert_int_equal(json_get_number(item, "n", -1), 7);
	mem_free(item);
}

static void cuts_texts(void **state)
{
	static const struct {
		const char *text;
		size_t length;
		size_t max;
		const char *want;
	} rows[] = {
	    {"short", 5, 5, "short"},
	    {"exactly as long as it may be", 28, 28,
	     "exactly as long as it may be"},
	    {"exactly as long as it may be.", 29, 28,
	     "exactly a... (cut: 29 bytes)"},
	    /* A part of a longer one is marked whatever it takes. */
	    {"a part", 5000, 100, "a part... (cut: 5000 bytes)"},
	    /* "\\" and '"' take two bytes, u with dots six. */
	    {"\\\\\\\\\\\\\\\\\\\\\\\\\\\\", 14, 28,
	     "\\\\\\\\\\\\\\\\\\\\\\\\\\\\"},
	    {"\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc", 10, 29,
	     "\xc3\xbc... (cut: 10 bytes)"},
	    /* No escape is cut through. */
	    {"\\x01\\x01\\x01\\x01\\x01\\x01\\x01", 28, 30,
	     "\\x01\\x01... (cut: 28 bytes)"},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *cut =
		    json_cut(mem, rows[i].text, rows[i].length, rows[i].max);
		assert_string_equal(cut, rows[i].want);
		assert_true(json_text_bytes(cut) <= rows[i].max);
	}
	assert_int_equal(json_uncut_length("v=DMARC1; p=no... (cut: 9 bytes)"),
			 14);
	assert_int_equal(json_uncut_length("v=DMARC1"), 8);
	mem_free(mem);
}

static void keeps_to_a_bound(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct json *list = json_new_array(mem);
	struct json *object = json_new_object(mem);
	char long_text[3001];

	(void)state;
	memset(long_text, 'x', 3000);
	long_text[3000] = '\0';
	for (int i = 0; i < 100; i++)
		json_add_text(list, "a.test");
	json_put(object, "list", list);
	json_put_text(object, "text", long_text);
	json_put_number(object, "number", 7);
	/* What fits stays as it is. */
	assert_string_equal(json_text_within(mem, object, 5000),
			    json_text(mem, object));
	const char *texts = json_text_within(mem, object, 2500);
	assert_true(strlen(texts) <= 2500);
	assert_non_null(strstr(texts, "x... (cut: 3000 bytes)\""));
	assert_null(strstr(texts, "more)"));
	const char *lists = json_text_within(mem, object, 1500);
	assert_true(strlen(lists) <= 1500);
	assert_non_null(strstr(lists, "\"a.test\",\"(80 more)\"]"));
	assert_non_null(strstr(lists, "\"number\":7"));
	assert_string_equal(json_text_within(mem, object, 20),
			    "{\"cut\":3931}");
	assert_string_equal(json_text_within(mem, list, 24),
			    "[\"(cut: 901 bytes)\"]");
	mem_free(mem);
}

static void reads_values(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct json *object = json_read(
	    mem, "{\"text\":\"b\\u00fc\",\"number\":42,\"flag\":true,"
		 "\"list\":[\"a\",{\"b\":1},2],\"object\":{},\"no\":null}");

	(void)state;
	assert_non_null(object);
	assert_string_equal(json_get_text(object, "text"), "b\xc3\xbc");
	assert_null(json_get_text(object, "number"));
	assert_null(json_get_text(object, "no"));
	assert_null(json_get_text(object, "absent"));
	assert_int_equal(json_get_number(object, "number", -1), 42);
	assert_int_equal(json_get_number(object, "text", -1), -1);
	assert_true(json_get_flag(object, "flag"));
	assert_false(json_get_flag(object, "number"));
	assert_null(json_get(mem, object, "text"));
	assert_non_null(json_get(mem, object, "object"));

	struct json *list = json_get(mem, object, "list");
	assert_int_equal(json_count(list), 3);
	assert_string_equal(json_item_text(list, 0), "a");
	assert_null(json_item_text(list, 1));
	assert_null(json_item_text(list, 3));
	assert_null(json_item(mem, list, 0));
	assert_null(json_item(mem, list, 3));
	assert_int_equal(json_get_number(json_item(mem, list, 1), "b", -1), 1);
	assert_int_equal(json_count(object), 0);
	mem_free(mem);
}

static void refuses_what_is_not_json(void **state)
{
	static const char *const rows[] = {
	    "",	     "{",     "text",  "\"text\"",   "{\"a\":1,\"a\":2}",
	    "[1,]",  "[1] x", "['a']", "[\"\xff\"]", "[\"\\u0000\"]",
	    "{a:1}", "7",     "null",
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_null(json_read(NULL, rows[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(makes_text_valid),
	    cmocka_unit_test(keeps_the_order_of_keys),
	    cmocka_unit_test(outlives_its_child),
	    cmocka_unit_test(cuts_texts),
	    cmocka_unit_test(keeps_to_a_bound),
	    cmocka_unit_test(reads_values),
	    cmocka_unit_test(refuses_what_is_not_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
