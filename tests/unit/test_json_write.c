/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_json_write.c - what is written straight to text is what a tree gives
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/json.h"
#include "lib/base/json_write.h"

static void nests(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *items[] = {"a", "b\"c"};
	const struct text_list list = {.count = 2, .items = items};
	struct json_writer json;

	(void)state;
	json_write_begin(&json, mem);
	json_write_object(&json, NULL);
	json_write_object(&json, "empty");
	json_write_end_object(&json);
	json_write_list(&json, "list");
	json_write_object(&json, NULL);
	json_write_number(&json, "least", INT64_MIN);
	json_write_flag(&json, "yes", true);
	json_write_flag(&json, "no", false);
	json_write_end_object(&json);
	json_write_text(&json, NULL, "behind");
	json_write_list(&json, NULL);
	json_write_end_list(&json);
	json_write_end_list(&json);
	json_write_null(&json, "nothing");
	json_write_text(&json, "none", NULL);
	json_write_texts(&json, "texts", &list);
	json_write_value(&json, "value", "{\"x\":1}");
	json_write_end_object(&json);
	assert_string_equal(
	    json_write_done(&json),
	    "{\"empty\":{},\"list\":[{\"least\":-9223372036854775808,"
	    "\"yes\":true,\"no\":false},\"behind\",[]],\"nothing\":null,"
	    "\"none\":null,\"texts\":[\"a\",\"b\\\"c\"],"
	    "\"value\":{\"x\":1}}");
	mem_free(mem);
}

/* Of any bytes at all the text is the tree's, and can be read. */
static void writes_as_a_tree_does(void **state)
{
	static const unsigned char bytes[] = {
	    'a',  ' ',	'"',  '\\', '/',  '\n', 0x01, 0x1f, 0x7f, 0x80, 0xbf,
	    0xc2, 0xc3, 0xe0, 0xa0, 0xed, 0x9f, 0xf0, 0x90, 0xf4, 0x8f, 0xff,
	};
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct json *tree = json_new_array(mem);
		struct json_writer json;
		char text[13];
		for (size_t i = 0; i < sizeof text - 1; i++) {
			random = random * 1664525 + 1013904223;
			text[i] = (char)bytes[(random >> 16) % sizeof bytes];
		}
		text[(random >> 8) % sizeof text] = '\0';
		text[sizeof text - 1] = '\0';
		json_add_text(tree, text);
		json_write_begin(&json, mem);
		json_write_list(&json, NULL);
		json_write_text(&json, NULL, text);
		json_write_end_list(&json);
		const char *written = json_write_done(&json);
		assert_string_equal(written, json_text(mem, tree));
		assert_non_null(json_read(mem, written));
		mem_free(mem);
	}
}

static void cuts_what_is_too_long(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *text = "[\"a.test\",\"b.test\"]";

	(void)state;
	assert_ptr_equal(json_within(mem, text, strlen(text)), text);
	assert_string_equal(json_within(mem, text, strlen(text) - 1),
			    "[\"(cut: 19 bytes)\"]");
	mem_free(mem);
}

static void puts_members_into_a_tree(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct json *tree = json_new_object(mem);

	(void)state;
	json_put_text(tree, "file", "f");
	json_put_members(tree, "{\"z\":null,\"a\":[1,{\"b\":\"c\"}]}");
	assert_string_equal(
	    json_text(mem, tree),
	    "{\"file\":\"f\",\"z\":null,\"a\":[1,{\"b\":\"c\"}]}");
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nests),
	    cmocka_unit_test(writes_as_a_tree_does),
	    cmocka_unit_test(cuts_what_is_too_long),
	    cmocka_unit_test(puts_members_into_a_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
