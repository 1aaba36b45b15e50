/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_override_index.c - which overrides are filed under a key
 */
#include "tests/unit/unit.h"

#include "lib/policy/override_index.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char *list_key[] = {"l.test"};
static const char *author_key[] = {"a.test"};
static const char *networks[] = {"192.0.2.0/24", "2001:db8::1/128"};

/* The list alone, for one author, for another network; all three share it. */
static const struct override items[] = {
    {.name = "list", .scope[OVERRIDE_DKIM] = {1, list_key}},
    {.name = "author",
     .scope[OVERRIDE_DKIM] = {1, list_key},
     .scope[OVERRIDE_FROM] = {1, author_key}},
    {.name = "networks",
     .scope[OVERRIDE_DKIM] = {1, list_key},
     .scope[OVERRIDE_NETWORK] = {2, networks}},
    {.name = "list again", .scope[OVERRIDE_DKIM] = {1, list_key}},
};

static void files_each_once(void **state)
{
	static const struct {
		enum override_kind kind;
		const char *key;
		size_t count;
		size_t places[2];
	} rows[] = {
	    {OVERRIDE_DKIM, "l.test", 2, {0, 3}},
	    {OVERRIDE_FROM, "a.test", 1, {1}},
	    {OVERRIDE_NETWORK, "192.0.2.0/24", 1, {2}},
	    {OVERRIDE_NETWORK, "2001:db8::1/128", 1, {2}},
	    {OVERRIDE_SPF, "l.test", 0, {0}},
	    {OVERRIDE_DKIM, "a.test", 0, {0}},
	    {OVERRIDE_FROM, "z.test", 0, {0}},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	const struct override_index *index =
	    override_index_new(mem, items, COUNT(items));

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct override_run run =
		    override_index_find(index, rows[i].kind, rows[i].key);
		assert_int_equal(run.count, rows[i].count);
		for (size_t k = 0; k < run.count; k++)
			assert_int_equal(run.first[k].place, rows[i].places[k]);
	}
	mem_free(mem);
}

static void knows_kinds_and_prefixes(void **state)
{
	static const struct {
		enum net_family family;
		unsigned prefix;
		bool want;
	} rows[] = {
	    {NET_IPV4, 24, true},
	    {NET_IPV4, 23, false},
	    {NET_IPV6, 24, false},
	    {NET_IPV6, 128, true},
	    {NET_IPV6, 127, false},
	    {NET_NONE, 0, false},
	    /* longer than any address */
	    {NET_IPV6, 129, false},
	    {NET_IPV4, 4000000000, false},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	const struct override_index *index =
	    override_index_new(mem, items, COUNT(items));

	(void)state;
	assert_true(override_index_has(index, OVERRIDE_DKIM));
	assert_true(override_index_has(index, OVERRIDE_NETWORK));
	assert_true(override_index_has(index, OVERRIDE_FROM));
	assert_false(override_index_has(index, OVERRIDE_SPF));
	assert_false(override_index_has(index, OVERRIDE_HOST));
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_true(override_index_has_prefix(index, rows[i].family,
						      rows[i].prefix) ==
			    rows[i].want);
	mem_free(mem);
}

/* What another caller than the file's reader might hand over. */
static void passes_over_what_is_no_network(void **state)
{
	static const char *keys[] = {"mail.test", "192.0.2.0/24"};
	static const struct override item = {
	    .name = "o", .scope[OVERRIDE_NETWORK] = {2, keys}};
	TALLOC_CTX *mem = mem_context(NULL);
	const struct override_index *index = override_index_new(mem, &item, 1);

	(void)state;
	assert_false(override_index_has_prefix(index, NET_NONE, 0));
	assert_true(override_index_has_prefix(index, NET_IPV4, 24));
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(files_each_once),
	    cmocka_unit_test(knows_kinds_and_prefixes),
	    cmocka_unit_test(passes_over_what_is_no_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
