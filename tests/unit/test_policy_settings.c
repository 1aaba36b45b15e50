/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_policy_settings.c - the rows of sections policy and trust
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/policy/decide.h"
#include "lib/policy/trust.h"

#define LONG_50 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee"

static const struct setting *find(const struct setting *rows, const char *name)
{
	for (; rows->name != NULL; rows++) {
		if (strcmp(rows->name, name) == 0)
			return rows;
	}
	fail_msg("no setting %s", name);
	return NULL;
}

static bool is_choice(const struct setting *row, const char *name)
{
	for (const struct setting_choice *c = row->choices; c->name != NULL;
	     c++) {
		if (strcmp(c->name, name) == 0)
			return true;
	}
	return false;
}

static void check_default(const struct setting *row)
{
	struct error err;

	assert_non_null(row->initial);
	assert_non_null(row->summary);
	if (row->type == SETTING_CHOICE)
		assert_true(is_choice(row, row->initial));
	if (row->type == SETTING_TEXT)
		assert_true(row->check(row->initial, &err));
}

static void has_good_defaults(void **state)
{
	size_t count = 0;

	(void)state;
	for (const struct setting *r = policy_setting_rows; r->name != NULL;
	     r++, count++)
		check_default(r);
	assert_int_equal(count, 25);
	for (const struct setting *r = trust_setting_rows; r->name != NULL; r++)
		check_default(r);
	assert_string_equal(find(trust_setting_rows, "networks")->initial,
			    "127.0.0.0/8, ::1/128");
	assert_false(
	    is_choice(find(policy_setting_rows, "indirect_mail"), "tag"));
}

static void checks_delimiters(void **state)
{
	static const struct {
		const char *value;
		bool want;
	} rows[] = {{"", true},	   {"+", true},	  {"+-", true}, {"a", false},
		    {"+@", false}, {"\"", false}, {".", false}, {" ", false}};
	const struct setting *row =
	    find(trust_setting_rows, "recipient_delimiter");
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(row->check(rows[i].value, &err), rows[i].want);
}

static void checks_texts(void **state)
{
	static const struct {
		const char *name;
		const char *value;
		bool want;
	} rows[] = {
	    {"quarantine_mailbox", "spam@example.com", true},
	    {"quarantine_mailbox", "a.b+c9@Example.com", true},
	    {"quarantine_mailbox", "spam", false},
	    {"quarantine_mailbox", "@example.com", false},
	    {"quarantine_mailbox", "spam@", false},
	    {"quarantine_mailbox", "a b@example.com", false},
	    {"quarantine_mailbox", "<a@example.com>", false},
	    {"quarantine_mailbox", "a@b@example.com", false},
	    {"quarantine_mailbox", "a\r\nRCPT TO:<b@x.test>@example.com",
	     false},
	    {"quarantine_mailbox",
	     LONG_50 LONG_50 LONG_50 LONG_50 LONG_50 LONG_50 LONG_50 LONG_50
		 LONG_50 LONG_50 LONG_50 "@example.com",
	     false},
	    {"tag_header", "X-Spam", true},
	    {"tag_header", "X9", true},
	    {"tag_header", "", false},
	    {"tag_header", "Subject", false},
	    {"tag_header", "AUTHENTICATION-RESULTS", false},
	    {"tag_header", "List-Id", false},
	    {"tag_header", "Lists", true},
	    {"tag_header", "X Spam", false},
	    {"tag_header", "X:", false},
	    {"tag_header", LONG_50 LONG_50, false},
	    {"reply_code", "", true},
	    {"reply_code", "5.7.26", true},
	    {"reply_code", "5.7.999", true},
	    {"reply_code", "4.7.1", false},
	    {"reply_code", "5.7", false},
	    {"reply_code", "5", false},
	    {"reply_code", "5.7.1.1", false},
	    {"reply_code", "5.7.1000", false},
	    {"reply_code", "5.x.1", false},
	    {"reply_code", "550 5.7.1", false},
	    {"reply_text", "Refused: see https://example.com/?a=50%", true},
	    {"reply_text", "{domain} {Reference} {reason}}", true},
	    {"reply_text", "{policy_domain} {client} {contact}", true},
	    {"reply_text", "{domian}", false},
	    {"reply_text", "{}", false},
	    {"reply_text", "{domain", false},
	    {"contact", "https://mx.test/?r={reference}", true},
	    {"contact", "{contact}", false},
	    {"contact", "{", false},
	    {"reply_text", "two\r\nlines", false},
	    {"reply_text", "caf\xc3\xa9", false},
	    {"reply_text", "\x7f", false},
	    {"contact", LONG_50 LONG_50 LONG_50 LONG_50 "x", false},
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct setting *row =
		    find(policy_setting_rows, rows[i].name);
		if (row->check(rows[i].value, &err) != rows[i].want)
			fail_msg("%s = %s", rows[i].name, rows[i].value);
	}
}

/* The last value that is allowed, and the first that is not. */
static void has_bounds(void **state)
{
	static const struct {
		const char *name;
		long most;
	} rows[] = {
	    {"hold_messages", LIMIT_HOLD_MESSAGES},
	    {"hold_messages_domain", LIMIT_HOLD_MESSAGES},
	    {"hold_mib", LIMIT_HOLD_MIB},
	    {"hold_mib_domain", LIMIT_HOLD_MIB},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct setting *row =
		    find(policy_setting_rows, rows[i].name);
		for (long more = 0; more < 2; more++)
			assert_int_equal(
			    setting_check(
				row,
				mem_printf(mem, "%ld", rows[i].most + more),
				&err),
			    more == 0);
	}
	char name[LIMIT_ADDED_NAME_BYTES + 2] = "X-";
	memset(name + 2, 'x', sizeof name - 3);
	name[sizeof name - 1] = '\0';
	const struct setting *tag = find(policy_setting_rows, "tag_header");
	assert_false(tag->check(name, &err));
	name[LIMIT_ADDED_NAME_BYTES] = '\0';
	assert_true(tag->check(name, &err));
	mem_free(mem);
}

static void checks_lists(void **state)
{
	static const struct {
		const char *name;
		const char *value;
		bool want;
	} rows[] = {
	    {"networks", "192.0.2.0/24", true},
	    {"networks", "192.0.2.1/24", false},
	    {"networks", "localhost", false},
	    {"authserv_ids", "mx.example.com", true},
	    {"authserv_ids", "MX_1-a", true},
	    {"authserv_ids", "", false},
	    {"authserv_ids", "mx example", false},
	    {"authserv_ids", LONG_50 LONG_50 LONG_50 LONG_50 LONG_50 LONG_50,
	     false},
	    {"arc_sealers", "lists.example.com", true},
	    {"arc_sealers", "Lists.Example.COM.", true},
	    {"arc_sealers",
	     "b\xc3\xbc"
	     "cher.example",
	     true},
	    {"arc_sealers", "*.example.com", false},
	    {"arc_sealers", "a b.example", false},
	    {"arc_sealers", "", false},
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct setting *row =
		    find(trust_setting_rows, rows[i].name);
		assert_int_equal(row->check(rows[i].value, &err), rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(has_good_defaults),
	    cmocka_unit_test(checks_delimiters),
	    cmocka_unit_test(checks_texts),
	    cmocka_unit_test(has_bounds),
	    cmocka_unit_test(checks_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
