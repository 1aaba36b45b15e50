/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_strbuf.c - text that grows up to its maximum and not further
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/strbuf.h"

static void grows(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf buf;

	(void)state;
	strbuf_init(&buf, mem, 1000);
	assert_string_equal(strbuf_text(&buf), "");
	for (int i = 0; i < 100; i++)
		strbuf_printf(&buf, "%03d;", i);
	assert_int_equal(buf.length, 400);
	assert_false(strbuf_is_full(&buf));
	strbuf_printf(&buf, "%0300d", 7);
	assert_int_equal(buf.length, 700);
	assert_int_equal(strlen(strbuf_text(&buf)), 700);
	strbuf_drop_char(&buf);
	strbuf_add_char(&buf, 'x');
	assert_string_equal(strbuf_text(&buf) + 698, "0x");
	strbuf_clear(&buf);
	strbuf_drop_char(&buf);
	assert_int_equal(buf.length, 0);
	mem_free(mem);
}

static void stops_whole_at_its_maximum(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf buf;

	(void)state;
	strbuf_init(&buf, mem, 5);
	strbuf_add_text(&buf, "abc");
	strbuf_add_text(&buf, "def");
	assert_true(strbuf_is_full(&buf));
	strbuf_add_char(&buf, 'x');
	assert_string_equal(strbuf_text(&buf), "abc");
	strbuf_clear(&buf);
	strbuf_add_text(&buf, "12345");
	assert_false(strbuf_is_full(&buf));
	assert_string_equal(strbuf_text(&buf), "12345");
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(grows),
	    cmocka_unit_test(stops_whole_at_its_maximum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
