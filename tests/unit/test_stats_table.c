/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_stats_table.c - tallies: what a tuple counts as, and rows by name
 */
#include "tests/unit/unit.h"

#include "lib/stats/table.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define MANY 5000

static struct store_trait example_trait(void)
{
	return (struct store_trait){
	    .author_domain = "example.com",
	    .author_error = "",
	    .client_ip = "192.0.2.7",
	    .client_name = "",
	    .dmarc_result = "pass",
	    .policy = "reject",
	    .asked = "reject",
	    .applied = "none",
	    .override_type = "",
	    .override_comment = "",
	    .tls_version = "TLSv1.3",
	    .iprev = "permerror",
	    .lookalike = "",
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

static void tells_names_of_clients(void **state)
{
	static const struct {
		const char *iprev;
		const char *name;
		enum stats_ptr want;
	} cases[] = {
	    {"pass", "mail.example.com", PTR_CONFIRMED},
	    {"", "mail.example.com", PTR_CONFIRMED},
	    {"fail", "", PTR_UNCONFIRMED},
	    {"permerror", "", PTR_MISSING},
	    {"temperror", "", PTR_TEMPERROR},
	    {"", "", PTR_UNRECORDED},
	    {"none", "", PTR_UNRECORDED},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct store_trait trait = example_trait();
		trait.iprev = cases[i].iprev;
		trait.client_name = cases[i].name;
		assert_int_equal(stats_kind_of(&trait).place[STATS_PTR],
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
	assert_int_equal(tally.by[STATS_RESULT][DMARC_RESULT_PASS], 5);
	assert_int_equal(tally.by[STATS_RESULT][DMARC_RESULT_FAIL], 3);
	assert_int_equal(tally.by[STATS_APPLIED][DISPOSITION_NONE], 5);
	assert_int_equal(tally.by[STATS_FAILED][DISPOSITION_NONE], 0);
	assert_int_equal(tally.by[STATS_FAILED][DISPOSITION_REJECT], 3);
	assert_int_equal(tally.marked[STATS_NAMED], 3);
	assert_int_equal(tally.marked[STATS_OVERRIDDEN], 0);
	assert_int_equal(stats_tally_modern_tls(&tally), 8);
	stats_tally_merge(&twice, &tally);
	stats_tally_merge(&twice, &tally);
	assert_int_equal(twice.messages, 16);
	assert_int_equal(twice.by[STATS_FAILED][DISPOSITION_REJECT], 6);
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
	assert_int_equal(kind.place[STATS_RESULT], DMARC_RESULT_NONE);
	assert_int_equal(kind.place[STATS_APPLIED], DISPOSITION_NONE);
	assert_int_equal(kind.place[STATS_POLICY], 0);
}

static struct stats_kind kind_of_result(const char *result)
{
	struct store_trait trait = example_trait();

	trait.dmarc_result = result;
	return stats_kind_of(&trait);
}

static void finds_every_name_again(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct stats_table *table = stats_table_new(mem);
	struct stats_kind kind = kind_of_result("pass");
	char *longest = mem_zeroed(mem, 1, 100001, "name");

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < MANY; i++) {
			const char *name = mem_printf(mem, "name%u", i);
			uint32_t place = stats_table_place(table, name);
			assert_int_equal(place, i);
			assert_string_equal(table->names[place].name, name);
			stats_table_count(table, place, &kind, i);
		}
	}
	for (size_t i = 0; i < 100000; i++)
		longest[i] = 'x';
	assert_int_equal(stats_table_place(table, longest), MANY);
	assert_int_equal(stats_table_place(table, longest), MANY);
	assert_int_equal(table->count, MANY + 1);
	stats_table_keep(table, false, 10);
	assert_int_equal(table->kept, 10);
	assert_string_equal(table->rows[0].name, "name4999");
	assert_string_equal(table->rows[9].name, "name4990");
	for (uint32_t i = 0; i < MANY; i++)
		stats_table_add(table, i, &kind, i);
	assert_int_equal(table->rows[0].tally.messages, 4999);
	assert_int_equal(
	    table->rows[9].tally.by[STATS_RESULT][DMARC_RESULT_PASS], 4990);
	mem_free(mem);
}

static void keeps_by_failures_or_messages(void **state)
{
	static const struct {
		const char *name;
		const char *result;
		int64_t messages;
	} counts[] = {{"b", "pass", 9},
		      {"a", "pass", 9},
		      {"big", "none", 99},
		      {"spoof", "fail", 5}};
	static const char *const want[2][4] = {{"big", "a", "b", "spoof"},
					       {"spoof", "big", "a", "b"}};

	(void)state;
	for (int by_failures = 0; by_failures < 2; by_failures++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct stats_table *table = stats_table_new(mem);
		for (size_t i = 0; i < COUNT_OF(counts); i++) {
			struct stats_kind kind =
			    kind_of_result(counts[i].result);
			stats_table_count(
			    table, stats_table_place(table, counts[i].name),
			    &kind, counts[i].messages);
		}
		stats_table_keep(table, by_failures != 0, 100);
		assert_int_equal(table->kept, 4);
		for (size_t i = 0; i < 4; i++)
			assert_string_equal(table->rows[i].name,
					    want[by_failures][i]);
		mem_free(mem);
	}
}

static void an_empty_table_keeps_nothing(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct stats_table *table = stats_table_new(mem);

	(void)state;
	stats_table_keep(table, true, 5);
	assert_int_equal(table->kept, 0);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_tls_versions),
	    cmocka_unit_test(tells_names_of_clients),
	    cmocka_unit_test(counts_by_all_dimensions),
	    cmocka_unit_test(an_unknown_word_is_harmless),
	    cmocka_unit_test(finds_every_name_again),
	    cmocka_unit_test(keeps_by_failures_or_messages),
	    cmocka_unit_test(an_empty_table_keeps_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
