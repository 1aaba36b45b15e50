/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_override_log.c - a reload names the overrides that differ
 */
#include "tests/unit/unit.h"

#include "milter/override_log.h"
#include "tests/unit/recorded_log.h"

#define ONE(name, rest)                                                        \
	"override \"" name "\" { owner = a why = b permanent = yes " rest "}"  \
	"\n"
#define LISTS ONE("lists", "dkim = {\"list.test\", \"b.test\"} ")
#define PARTNER ONE("partner", "network = {\"192.0.2.0/24\"} ")

static const struct {
	const char *before; /* NULL: no file */
	const char *after;
	size_t fresh, changed, gone;
} rows[] = {
    {NULL, NULL, 0, 0, 0},
    {NULL, "", 0, 0, 0},
    {"", LISTS, 1, 0, 0},
    {NULL, LISTS PARTNER, 2, 0, 0},
    {LISTS PARTNER, NULL, 0, 0, 2},
    {LISTS PARTNER, "\n\n" PARTNER LISTS, 0, 0, 0},
    {LISTS, ONE("lists", "dkim = {\"b.test\", \"list.test\"} "), 0, 0, 0},
    {LISTS, ONE("lists", "dkim = {\"list.test\"} "), 0, 1, 0},
    {LISTS, ONE("lists", "spf = {\"list.test\", \"b.test\"} "), 0, 1, 0},
    {PARTNER, ONE("partner", "network = {\"192.0.2.0/25\"} "), 0, 1, 0},
    {PARTNER, ONE("partner", "network = {\"192.0.2.0/24\"} action = reject "),
     0, 1, 0},
    {PARTNER,
     ONE("partner", "network = {\"192.0.2.0/24\"} reason = mailing_list "), 0,
     1, 0},
    {PARTNER,
     "override \"partner\" { network = {\"192.0.2.0/24\"} owner = c why = b "
     "permanent = yes }",
     0, 1, 0},
    {PARTNER,
     "override \"partner\" { network = {\"192.0.2.0/24\"} owner = a why = b "
     "until = \"2090-01-01\" }",
     0, 1, 0},
    {LISTS PARTNER,
     ONE("a", "dkim = {\"a.test\"} ") ONE("partner", "spf = {\"x.test\"} ")
	 ONE("z", "spf = {\"x.test\"} "),
     2, 1, 1},
};

static struct config load(TALLOC_CTX *mem, const char *text)
{
	struct config config = {.overrides = NULL};
	struct override_set *set = NULL;
	struct error err;

	if (text != NULL) {
		if (!override_parse(mem, "file", span_of(text), &set, &err))
			fail_msg("%s", err.words);
		config.overrides = set;
	}
	return config;
}

static void tells_what_differs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct config before = load(mem, rows[i].before);
		struct config after = load(mem, rows[i].after);
		bool differs =
		    rows[i].fresh + rows[i].changed + rows[i].gone > 0;

		recorded_log_clear();
		override_log_changes(&before, &after);
		assert_int_equal(recorded_log_count("is new"), rows[i].fresh);
		assert_int_equal(recorded_log_count("has changed"),
				 rows[i].changed);
		assert_int_equal(recorded_log_count("is gone"), rows[i].gone);
		assert_int_equal(
		    recorded_log_count(mem_printf(
			mem, "overrides: %zu new, %zu changed, %zu gone",
			rows[i].fresh, rows[i].changed, rows[i].gone)),
		    differs);
		mem_free(mem);
	}
}

static void many_are_counted_only(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char *text = mem_strdup(mem, "");
	struct config before = load(mem, NULL);

	(void)state;
	for (int i = 0; i < 50; i++)
		text = mem_printf(mem,
				  "%soverride \"n%d\" { spf = {\"x.test\"} "
				  "owner = a why = b permanent = yes }\n",
				  text, i);
	struct config after = load(mem, text);
	recorded_log_clear();
	override_log_changes(&before, &after);
	assert_int_equal(recorded_log_count("is new"), 20);
	assert_int_equal(
	    recorded_log_count("overrides: 50 new, 0 changed, 0 gone"), 1);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_what_differs),
	    cmocka_unit_test(many_are_counted_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
