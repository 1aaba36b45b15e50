/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_stats_table.c - tallies: what a tuple counts as, and rows by name
 */
#include "tests/unit/unit.h"

#include "tools/stats_table.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define MANY 5000

static struct store_trait example_trait(void)
{
	return (struct store_trait){
	    .author_domain = "example.com",
	    .client_ip = "192.0.2.7",
	    .client_name = "",
	    .dmarc_result = "pass",
	    .policy = "reject",
	    .asked = "reject",
	    .applied = "none",
	    .override_type = "",
	    .override_comment = "",
	    .tls_version = "TLSv1.3",
	};
}

static void tells_tls_versions(void **state)
{
	static const struct {
		const char *input;
		int want;
	} cases[] = {
	    {"", TLS_NONE},	      {"TLSv1", TLS_OLD},
	    {"TLSv1.1", TLS_OLD},     {"TLSv1/SSLv3", TLS_OLD},
	    {"SSLv3", TLS_OLD},	      {"TLSv1.2", TLS_12},
	    {"TLSv1.3", TLS_13},      {"TLSv2", TLS_UNKNOWN},
	    {"tlsv1.3", TLS_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct store_trait trait = example_trait();
		trait.tls_version = cases[i].input;
		assert_int_equal(stats_kind_of(&trait).place[STATS_TLS],
				 cases[i].want);
	}
}

static void counts_by_all_dimensions(void **state)
{
	struct store_trait trait = example_trait();
	struct stats_tally tally = {0};
	struct stats_tally twice = {0};

	(void)state;
	struct stats_kind kind = stats_kind_of(&trait);
	stats_tally_add(&tally, &kind, 5);
	trait.dmarc_result = "fail";
	trait.applied = "reject";
	trait.client_name = "mail.example.com";
	trait.tls_version = "TLSv1.2";
	kind = stats_kind_of(&trait);
	stats_tally_add(&tally, &kind, 3);
	assert_int_equal(tally.messages, 8);
	assert_int_equal(tally.by[STATS_RESULT][RESULT_PASS], 5);
	assert_int_equal(tally.by[STATS_RESULT][RESULT_FAIL], 3);
	assert_int_equal(tally.by[STATS_APPLIED][APPLIED_NONE], 5);
	assert_int_equal(tally.by[STATS_FAILED][APPLIED_NONE], 0);
	assert_int_equal(tally.by[STATS_FAILED][APPLIED_REJECT], 3);
	assert_int_equal(tally.marked[STATS_NAMED], 3);
	assert_int_equal(tally.marked[STATS_OVERRIDDEN], 0);
	assert_int_equal(stats_tally_modern_tls(&tally), 8);
	stats_tally_merge(&twice, &tally);
	stats_tally_merge(&twice, &tally);
	assert_int_equal(twice.messages, 16);
	assert_int_equal(twice.by[STATS_FAILED][APPLIED_REJECT], 6);
	assert_int_equal(twice.marked[STATS_NAMED], 6);
}

/* A newer version's words are none that hurt. */
static void an_unknown_word_is_harmless(void **state)
{
	struct store_trait trait = example_trait();

	(void)state;
	trait.dmarc_result = "<script>";
	trait.applied = "burn";
	trait.policy = "?";
	struct stats_kind kind = stats_kind_of(&trait);
	assert_int_equal(kind.place[STATS_RESULT], RESULT_NONE);
	assert_int_equal(kind.place[STATS_APPLIED], APPLIED_NONE);
	assert_int_equal(kind.place[STATS_POLICY], 0);
}

static void finds_every_name_again(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct stats_table *table = stats_table_new(mem);

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < MANY; i++) {
			const char *name = mem_printf(mem, "name%u", i);
			uint32_t place = stats_table_place(table, name);
			assert_int_equal(place, i);
			assert_string_equal(table->rows[place].name, name);
			table->rows[place].tally.messages += i;
		}
	}
	assert_int_equal(table->count, MANY);
	stats_table_sort(table, false);
	assert_string_equal(table->rows[0].name, "name4999");
	assert_int_equal(table->rows[0].tally.messages, 2 * 4999);
	mem_free(mem);
}

static void sorts_by_failures_or_messages(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct stats_table *table = stats_table_new(mem);
	static const struct {
		const char *name;
		int64_t messages;
		int64_t failed;
	} rows[] = {{"b", 9, 0}, {"a", 9, 0}, {"big", 99, 0}, {"spoof", 5, 5}};

	(void)state;
	stats_table_sort(table, true);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint32_t place = stats_table_place(table, rows[i].name);
		struct stats_tally *tally = &table->rows[place].tally;
		tally->messages = rows[i].messages;
		tally->by[STATS_RESULT][RESULT_FAIL] = rows[i].failed;
	}
	stats_table_sort(table, true);
	assert_string_equal(table->rows[0].name, "spoof");
	assert_string_equal(table->rows[1].name, "big");
	assert_string_equal(table->rows[2].name, "a");
	assert_string_equal(table->rows[3].name, "b");
	stats_table_sort(table, false);
	assert_string_equal(table->rows[0].name, "big");
	assert_string_equal(table->rows[3].name, "spoof");
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_tls_versions),
	    cmocka_unit_test(counts_by_all_dimensions),
	    cmocka_unit_test(an_unknown_word_is_harmless),
	    cmocka_unit_test(finds_every_name_again),
	    cmocka_unit_test(sorts_by_failures_or_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
