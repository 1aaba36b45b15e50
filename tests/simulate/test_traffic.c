/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_traffic.c - the traffic that rules are measured with is what it was
 *
 * The hashes were taken before the first rule was measured. `test_traffic long`
 * takes those of the long form, which need some seconds.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "tests/simulate/traffic.h"

static const struct {
	uint64_t seed;
	const struct traffic_form *form;
	const char *hash;
	bool is_long;
} kept[] = {
    {1, &traffic_short,
     "300c24c6781aae63c0554ab87b139ff666adae81f909e39d76df6923907198ab", false},
    {1, &traffic_lists,
     "9da396d0139e3736cc7fa38a2a76b5b7a04e2225dcb0cf632d36e0e8038fbed5", false},
    {1, &traffic_long,
     "5dba669e2f2d5e4dc00b09024b86955ab216dbfa85151da8101608af6027a933", true},
    {2, &traffic_long,
     "50632263c6bd2a36c043ac0ef46e0996581db27b856cf15de01df171a8be58d5", true},
    {3, &traffic_long,
     "40fa756af98ec50894678f3bc9cbe208d2f70321682ab5ce2b2252c38fa20898", true},
    {4, &traffic_long,
     "2d26476a3873e8337657e55bb68386e0dbcd3b7b67e8adc221265e55e4c71efa", true},
    {5, &traffic_long,
     "eb9d34c5736d53e49f0a787c83b9ee3705112ae107c0d4779e64c01cc6a2126f", true},
    {1, &traffic_lists_long,
     "c28610981640f6192b6842af449b90b3732b0f935241b1368d8eae6dd0371bdb", true},
};

static void check(bool is_long)
{
	char hash[TRAFFIC_HASH];

	for (size_t i = 0; i < COUNT_OF(kept); i++) {
		if (kept[i].is_long != is_long)
			continue;
		traffic_hash(kept[i].seed, kept[i].form, hash);
		assert_string_equal(hash, kept[i].hash);
	}
}

static void is_what_it_was(void **state)
{
	(void)state;
	check(false);
}

static void is_what_it_was_for_long(void **state)
{
	(void)state;
	check(true);
}

static void every_actor_comes(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct traffic *traffic = traffic_new(mem, 1, &traffic_short);
	unsigned seen[ACTORS] = {0};
	const struct mail *mail;
	int64_t last_s = 0;

	(void)state;
	while ((mail = traffic_next(traffic)) != NULL) {
		seen[mail->actor]++;
		assert_true(mail->time_s >= last_s);
		last_s = mail->time_s;
	}
	for (unsigned i = 0; i < ACTORS; i++) {
		if (seen[i] == 0)
			fail_msg("nothing of \"%s\"",
				 actor_text((enum actor)i));
	}
	mem_free(mem);
}

static void seeds_differ(void **state)
{
	static const struct traffic_form small = {
	    .days = 1, .domains = 20, .percent = 1, .subscribers = 1};
	char one[TRAFFIC_HASH];
	char two[TRAFFIC_HASH];

	(void)state;
	traffic_hash(1, &small, one);
	traffic_hash(2, &small, two);
	assert_string_not_equal(one, two);
	traffic_hash(1, &small, two);
	assert_string_equal(one, two);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(is_what_it_was),
	    cmocka_unit_test(every_actor_comes),
	    cmocka_unit_test(seeds_differ),
	};
	const struct CMUnitTest slow[] = {
	    cmocka_unit_test(is_what_it_was_for_long),
	};

	if (argc > 1 && strcmp(argv[1], "long") == 0)
		return cmocka_run_group_tests(slow, NULL, NULL) != 0;
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
