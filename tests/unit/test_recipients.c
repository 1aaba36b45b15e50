/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_recipients.c - recipients, as far as rules ask for them
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include <talloc.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/policy/recipients.h"

#define FILE_BYTES (1024 * 1024)
#define MANY 100000

static const char *own[] = {"own.test", "x.test"};
static const struct text_list own_list = {2, own};
static const struct text_list nothing = {0};

static struct override_set *set_of(TALLOC_CTX *mem, const char *rcpt)
{
	struct override_set *set = NULL;
	struct error err;
	char *file = mem_printf(mem,
				"override \"o\" { owner = \"o\" why = \"w\" "
				"permanent = yes unsafe = yes rcpt = {%s} }\n",
				rcpt);

	if (!override_parse(mem, "file", span_of(file), &set, &err))
		fail_msg("%s", err.words);
	return set;
}

static struct recipients begin(const struct override_set *set,
			       const char *delimiters)
{
	return (struct recipients){.overrides = set,
				   .own_domains = &nothing,
				   .delimiters = delimiters};
}

/* "a@b.test" in two; NULL for what is no mailbox. */
static void add(TALLOC_CTX *mem, struct recipients *recipients,
		const char *address)
{
	const char *mark = address == NULL ? NULL : strrchr(address, '@');

	if (mark == NULL)
		recipients_add(mem, recipients, NULL, NULL);
	else
		recipients_add(
		    mem, recipients,
		    mem_strndup(mem, address, (size_t)(mark - address)),
		    mark + 1);
}

static const char *join(TALLOC_CTX *mem, const struct text_list *list)
{
	struct strbuf text;

	strbuf_init(&text, mem, 1000);
	for (size_t i = 0; i < list->count; i++)
		strbuf_printf(&text, "%s%s", i == 0 ? "" : " ", list->items[i]);
	return strbuf_text(&text);
}

static void names_recipients(void **state)
{
	static const char rcpt[] =
	    "\"Ann@A.test\", \"ann+vip@a.test\", \"b.test\", \".c.test\", "
	    "\"c.test\", \"owner-list@a.test\"";
	static const struct {
		const char *address;
		const char *delimiters;
		const char *want;
	} rows[] = {
	    {"ann@a.test", "+", "ann@a.test"},
	    {"ANN@a.test", "+", "ann@a.test"},
	    {"ann+x+y@a.test", "+", "ann@a.test"},
	    {"ann+vip@a.test", "+", "ann+vip@a.test ann@a.test"},
	    {"ann+vip@a.test", "", "ann+vip@a.test"},
	    {"ann-x@a.test", "+-", "ann@a.test"},
	    {"ann=x@a.test", "+", ""},
	    {"owner-list@a.test", "-", "owner-list@a.test"},
	    {"\"ann\"@a.test", "+", "ann@a.test"},
	    {"\"a\\nn+x\"@a.test", "+", "ann@a.test"},
	    {"\"\"@a.test", "+", ""},
	    {"\"@a.test", "+", ""},
	    {"\"ann@a.test", "+", ""},
	    {"\"ann\\\"@a.test", "+", ""},
	    {"+ann@a.test", "+", ""},
	    {"@a.test", "+", ""},
	    {"x@b.test", "+", "b.test"},
	    {"x@sub.b.test", "+", ""},
	    {"x@c.test", "+", ".c.test c.test"},
	    {"x@d.sub.c.test", "+", ".c.test"},
	    {"x@test", "+", ""},
	    {NULL, "+", ""},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct override_set *set = set_of(mem, rcpt);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct recipients recipients = begin(set, rows[i].delimiters);
		add(mem, &recipients, rows[i].address);
		assert_int_equal(recipients.group_count, 1);
		assert_string_equal(join(mem, &recipients.groups[0].items),
				    rows[i].want);
	}
	mem_free(mem);
}

static void groups_them(void **state)
{
	static const char *const addresses[] = {"x@b.test",	"y@b.test",
						"x@other.test", "ann@b.test",
						NULL,		"z@b.test"};
	TALLOC_CTX *mem = mem_context(NULL);
	struct override_set *set = set_of(mem, "\"b.test\", \"ann@b.test\"");
	struct recipients recipients = begin(set, "+");
	struct recipients none = begin(NULL, "+");

	(void)state;
	for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
		add(mem, &recipients, addresses[i]);
		add(mem, &none, addresses[i]);
	}
	assert_int_equal(recipients.group_count, 3);
	assert_string_equal(join(mem, &recipients.groups[0].items), "b.test");
	assert_string_equal(join(mem, &recipients.groups[1].items), "");
	assert_string_equal(join(mem, &recipients.groups[2].items),
			    "ann@b.test b.test");
	assert_false(recipients.is_overfull);
	assert_int_equal(none.group_count, 0);
	mem_free(mem);
}

/* A hundred thousand recipients, each of them named by himself: what is told
 * apart has a bound, and so has the memory. */
static void takes_any_number(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf rcpt;

	(void)state;
	strbuf_init(&rcpt, mem, FILE_BYTES);
	for (int i = 0; i < 1000; i++)
		strbuf_printf(&rcpt, "%s\"u%d@a.test\"", i == 0 ? "" : ", ", i);
	struct override_set *set = set_of(mem, strbuf_text(&rcpt));
	struct recipients recipients = begin(set, "+");
	TALLOC_CTX *kept = mem_context(NULL);
	char local[32];
	for (int i = 0; i < MANY; i++) {
		(void)snprintf(local, sizeof local, "u%d", i);
		recipients_add(kept, &recipients, local, "a.test");
	}
	assert_true(recipients.is_overfull);
	assert_int_equal(recipients.group_count, LIMIT_RCPT_GROUPS);
	/* The items that there are, and no more. */
	struct text_list overflow = recipients_overflow(mem, &recipients);
	assert_int_equal(overflow.count, 1000 - LIMIT_RCPT_GROUPS);
	for (size_t i = 1; i < overflow.count; i++)
		assert_true(strcmp(overflow.items[i - 1], overflow.items[i]) <
			    0);
	assert_true(talloc_total_size(kept) < 64 * 1024);
	mem_free(kept);
	mem_free(mem);
}

static void knows_who_is_exempt(void **state)
{
	static const struct {
		const char *first;
		const char *second; /* "": none */
		bool want;
	} rows[] = {
	    {"postmaster@own.test", "", true},
	    {"Abuse+x@own.test", "PostMaster@x.test", true},
	    {"\"postmaster\"@own.test", "", true},
	    {"postmaster@sub.own.test", "", false},
	    {"postmaster@other.test", "", false},
	    {"postmasters@own.test", "", false},
	    {"postmaster@own.test", "user@own.test", false},
	    {"user@own.test", "postmaster@own.test", false},
	    {"postmaster@own.test", NULL, false},
	    {NULL, "", false},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct recipients recipients = begin(NULL, "+");
		struct recipients without = begin(NULL, "+");
		recipients.own_domains = &own_list;
		assert_false(recipients_are_exempt(&recipients));
		add(mem, &recipients, rows[i].first);
		add(mem, &without, rows[i].first);
		if (rows[i].second == NULL || *rows[i].second != '\0')
			add(mem, &recipients, rows[i].second);
		assert_int_equal(recipients_are_exempt(&recipients),
				 rows[i].want);
		assert_false(recipients_are_exempt(&without));
		assert_int_equal(recipients_overflow(mem, &without).count, 0);
		recipients_add(mem, &recipients, "postmaster", NULL);
		assert_false(recipients_are_exempt(&recipients));
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_recipients),
	    cmocka_unit_test(groups_them),
	    cmocka_unit_test(takes_any_number),
	    cmocka_unit_test(knows_who_is_exempt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
