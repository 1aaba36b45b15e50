/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_postfix_milters.c - the list that smtpd_milters holds, read and changed
 */
#include "tests/unit/unit.h"

#include "lib/wiring/postfix_milters.h"
#include "lib/wiring/postfix_place.h"

#define PLACE "unix:alignd/alignd.sock"
#define ENTRIES_MAX 3

struct list_case {
	const char *text;
	const char *endpoints[ENTRIES_MAX];
	const char *action; /* default_action of the first */
	const char *placed; /* with alignd, which was inet:127.0.0.1:8893 */
};

static const struct list_case readable[] = {
    {"", {NULL}, NULL, PLACE},
    {" , \t", {NULL}, NULL, PLACE},
    {"inet:h:1,unix:/s", {"inet:h:1", "unix:/s"}, NULL,
     PLACE ", inet:h:1, unix:/s"},
    {"{ inet:127.0.0.1:8893, default_action=accept } inet:h:1",
     {"inet:127.0.0.1:8893", "inet:h:1"},
     "accept",
     "{ " PLACE ", default_action=accept }, inet:h:1"},
    {"{ inet:127.0.0.1:8893, { command_timeout = 30s }, "
     "default_action=accept }",
     {"inet:127.0.0.1:8893"},
     "accept",
     "{ " PLACE ", { command_timeout = 30s }, default_action=accept }"},
    {"{inet:127.0.0.1:8893 {default_action = accept}},{unix:/s}",
     {"inet:127.0.0.1:8893", "unix:/s"},
     "accept",
     "{ " PLACE " {default_action = accept} }, unix:/s"},
    {"{ inet:h:1, { default_action = quarantine , x } }, inet:127.0.0.1:8893",
     {"inet:h:1", "inet:127.0.0.1:8893"},
     "quarantine , x",
     PLACE ", { inet:h:1, { default_action = quarantine , x } }"},
    {"{ inet:h:1, {default_action=} }",
     {"inet:h:1"},
     "",
     PLACE ", { inet:h:1, {default_action=} }"},
    {"{ inet:h:1, default_action = accept }",
     {"inet:h:1"},
     NULL,
     PLACE ", { inet:h:1, default_action = accept }"},
    {"{ inet:h:1, default_action=accept, {default_action=reject} }",
     {"inet:h:1"},
     "reject",
     PLACE ", { inet:h:1, default_action=accept, {default_action=reject} }"},
};

static const char *const broken[] = {
    "{",
    "}",
    "{}",
    "{ , }",
    "{ inet:h:1",
    "inet:h:1 }",
    "inet:h:1, { inet:h:2, { command_timeout = 30s }",
    "{ inet:h:1, command_timeout = 30s } }, inet:h:2",
    "{ inet:h:1 }inet:h:2",
    "{ inet:h:1 }{ inet:h:2 }",
    "inet:h:1, }{",
};

static struct net_list no_address(TALLOC_CTX *mem, const char *name)
{
	(void)mem;
	(void)name;
	return (struct net_list){.count = 0};
}

static const char *placed(TALLOC_CTX *mem, const char *text)
{
	struct mta_endpoint daemon;

	assert_true(mta_endpoint_from_listen(mem,
					     span_of("inet:8893@127.0.0.1"),
					     no_address, &daemon));
	return postfix_place_alignd(mem, text, PLACE, &daemon,
				    "/var/spool/postfix", no_address);
}

static void check_list(TALLOC_CTX *mem, const struct list_case *want)
{
	struct postfix_milters found = postfix_milters_read(mem, want->text);

	assert_false(found.is_broken);
	for (size_t i = 0; i < found.count; i++) {
		assert_true(i < ENTRIES_MAX && want->endpoints[i] != NULL);
		assert_string_equal(found.items[i].endpoint,
				    want->endpoints[i]);
	}
	assert_true(found.count == ENTRIES_MAX ||
		    want->endpoints[found.count] == NULL);
	const char *action =
	    found.count == 0
		? NULL
		: postfix_milter_setting(mem, &found.items[0],
					 "default_action");
	if (want->action == NULL)
		assert_null(action);
	else
		assert_string_equal(action, want->action);
}

static void reads_braces_in_braces(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(readable); i++)
		check_list(mem, &readable[i]);
	mem_free(mem);
}

/* What the others set stays as it was written. */
static void changes_nothing_but_its_place(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(readable); i++) {
		const char *text = placed(mem, readable[i].text);
		assert_non_null(text);
		assert_string_equal(text, readable[i].placed);
		assert_string_equal(placed(mem, text), text);
	}
	mem_free(mem);
}

static void guesses_at_no_broken_list(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(broken); i++) {
		assert_true(postfix_milters_read(mem, broken[i]).is_broken);
		assert_null(placed(mem, broken[i]));
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_braces_in_braces),
	    cmocka_unit_test(changes_nothing_but_its_place),
	    cmocka_unit_test(guesses_at_no_broken_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
