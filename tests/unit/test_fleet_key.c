/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_fleet_key.c - ids and tokens that all hosts of a fleet make alike
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/report/make/aggregate_xml.h"
#include "lib/report/make/fleet_key.h"

#define DAY INT64_C(1777593600)

static const char one_key[] = "0123456789abcdef0123456789abcdef";
static const char other_key[] = "0123456789abcdef0123456789abcdeg";

static void the_same_report_has_the_same_id(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *first =
	    fleet_key_report_id(mem, fleet_key_of(mem, one_key), DAY, 1,
				"a.test", "v=DMARC1; p=none");
	const char *again =
	    fleet_key_report_id(mem, fleet_key_of(mem, one_key), DAY, 1,
				"a.test", "v=DMARC1; p=none");

	(void)state;
	assert_true(aggregate_id_is_valid(first));
	assert_string_equal(first, again);
	assert_string_equal(first + 28, "0000"); /* parts count them up */
	mem_free(mem);
}

static void and_another_one_another(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct fleet_key *key = fleet_key_of(mem, one_key);
	const char *ids[] = {
	    fleet_key_report_id(mem, key, DAY, 1, "a.test", "r"),
	    fleet_key_report_id(mem, key, DAY + 86400, 1, "a.test", "r"),
	    fleet_key_report_id(mem, key, DAY, 2, "a.test", "r"),
	    fleet_key_report_id(mem, key, DAY, 1, "b.test", "r"),
	    fleet_key_report_id(mem, key, DAY, 1, "a.test", "s"),
	    fleet_key_report_id(mem, key, DAY, 1, "a.tes", "tr"),
	    fleet_key_report_id(mem, fleet_key_of(mem, other_key), DAY, 1,
				"a.test", "r"),
	    fleet_key_failure_id(mem, key, DAY, 1, "r", "a.test"),
	    fleet_key_failure_id(mem, key, DAY, 2, "r", "a.test"),
	    fleet_key_failure_id(mem, key, DAY, 1, "s", "a.test"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ids); i++)
		for (size_t k = i + 1; k < COUNT_OF(ids); k++)
			assert_string_not_equal(ids[i], ids[k]);
	mem_free(mem);
}

static void tokens_are_the_fleets(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	static const char id[] = "11111111111111111111111111110000";
	char first[DELIVERY_TOKEN_TEXT];
	char second[DELIVERY_TOKEN_TEXT];

	(void)state;
	delivery_token(fleet_key_delivery(mem, fleet_key_of(mem, one_key)), id,
		       "a@b.test", first);
	delivery_token(fleet_key_delivery(mem, fleet_key_of(mem, one_key)), id,
		       "a@b.test", second);
	assert_string_equal(first, second);
	delivery_token(fleet_key_delivery(mem, fleet_key_of(mem, other_key)),
		       id, "a@b.test", second);
	assert_string_not_equal(first, second);
	delivery_token(delivery_key_of(mem, one_key), id, "a@b.test", second);
	assert_string_not_equal(first, second);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_same_report_has_the_same_id),
	    cmocka_unit_test(and_another_one_another),
	    cmocka_unit_test(tokens_are_the_fleets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
