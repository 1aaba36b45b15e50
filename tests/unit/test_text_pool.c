/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_text_pool.c - many short texts, most of which come again
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/inbox/text_pool.h"

#define TEXTS 50000 /* many blocks */
#define LONG 200000 /* more than a block */

static void keeps_each_text(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct text_pool *pool = text_pool_new(mem);
	const char **kept = mem_array(mem, const char *, TEXTS);
	char text[32];

	(void)state;
	for (int i = 0; i < TEXTS; i++) {
		(void)snprintf(text, sizeof text, "192.0.2.%d", i);
		kept[i] = text_pool_add(pool, text);
	}
	for (int i = 0; i < TEXTS; i++) {
		(void)snprintf(text, sizeof text, "192.0.2.%d", i);
		assert_string_equal(kept[i], text);
	}
	assert_string_equal(text_pool_add(pool, ""), "");
	mem_free(mem);
}

static void keeps_what_comes_again_once(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct text_pool *pool = text_pool_new(mem);
	const char *first = text_pool_add(pool, "no DKIM signature");
	size_t before = talloc_total_size(pool);

	(void)state;
	for (int i = 0; i < TEXTS; i++)
		assert_ptr_equal(text_pool_add(pool, "no DKIM signature"),
				 first);
	assert_int_equal(talloc_total_size(pool), before);
	mem_free(mem);
}

static void takes_a_long_one(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct text_pool *pool = text_pool_new(mem);
	char *text = mem_array(mem, char, LONG + 1);

	(void)state;
	memset(text, 'x', LONG);
	const char *kept = text_pool_add(pool, text);
	assert_int_equal(strlen(kept), LONG);
	assert_ptr_not_equal(kept, text);
	text[LONG - 1] = 'y';
	assert_string_not_equal(text_pool_add(pool, text), kept);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keeps_each_text),
	    cmocka_unit_test(keeps_what_comes_again_once),
	    cmocka_unit_test(takes_a_long_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
