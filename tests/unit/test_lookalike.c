/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_lookalike.c - which names pass for one of ours, and which do not
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/lookalike/form.h"
#include "lib/lookalike/lookalike.h"

static const char *own[] = {"example-bank.gov.uk", "mail.kernel-works.org"};
static const char *names[] = {"paypal.com", "nhs.uk",
			      "departmentofhealth.gov.uk", "swindon.gov.uk"};
static const char *shorts[] = {"nhs.uk"};
static const char *known[] = {"examplebank.test"};

#define LIST(items)                                                            \
	{                                                                      \
		sizeof(items) / sizeof(items)[0], items                        \
	}

static struct lookalike_rules rules = {
    .own = LIST(own),
    .names = LIST(names),
    .known = LIST(known),
};

struct row {
	const char *domain;
	enum lookalike_kind want;
	const char *name;
};

static void expect_row(const struct row *row)
{
	struct lookalike_list *list = lookalike_list_new(NULL, &rules);
	struct lookalike found = lookalike_find(list, row->domain);

	if (found.kind != row->want)
		fail_msg("%s: %s", row->domain, lookalike_word(found.kind));
	if (row->name == NULL)
		assert_null(found.name);
	else
		assert_string_equal(found.name, row->name);
	talloc_free(list);
}

#define EXPECT_ROWS(rows)                                                      \
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows)[0]; i++)            \
	expect_row(&(rows)[i])

static void finds_each_kind(void **state)
{
	static const struct row rows[] = {
	    /* Cyrillic er, a, u; the l is Latin */
	    {"xn--l-7sba6dbr.com", LOOKALIKE_CONFUSABLE, "paypal.com"},
	    {"xn--l-7sba6dbr.example.com", LOOKALIKE_NONE, NULL},
	    {"paypa1.com", LOOKALIKE_HOMOGLYPH, "paypal.com"},
	    {"paypai.net", LOOKALIKE_HOMOGLYPH, "paypal.com"},
	    {"svvindon.co.uk", LOOKALIKE_HOMOGLYPH, "swindon.gov.uk"},
	    {"keme1-works.org", LOOKALIKE_HOMOGLYPH, "mail.kernel-works.org"},
	    {"pay-pal.com", LOOKALIKE_HYPHEN, "paypal.com"},
	    {"kernelworks.org", LOOKALIKE_HYPHEN, "mail.kernel-works.org"},
	    {"news.exampel-bank.org", LOOKALIKE_TRANSPOSED,
	     "example-bank.gov.uk"},
	    {"departmentofhaelth.org", LOOKALIKE_TRANSPOSED,
	     "departmentofhealth.gov.uk"},
	    {"departmentofhealths.org", LOOKALIKE_EDIT,
	     "departmentofhealth.gov.uk"},
	    {"departmentofhealt.org", LOOKALIKE_EDIT,
	     "departmentofhealth.gov.uk"},
	    {"departmentofwealth.org", LOOKALIKE_EDIT,
	     "departmentofhealth.gov.uk"},
	    /* one letter with a mark of its own */
	    {"xn--departmentfhealth-8zb.org", LOOKALIKE_CONFUSABLE,
	     "departmentofhealth.gov.uk"},
	};

	(void)state;
	EXPECT_ROWS(rows);
}

static void lets_others_be(void **state)
{
	static const struct row rows[] = {
	    {"example-bank.gov.uk", LOOKALIKE_NONE, NULL},
	    {"news.example-bank.gov.uk", LOOKALIKE_NONE, NULL},
	    /* whoever registered the name registered what is below it */
	    {"kernel-works.org", LOOKALIKE_NONE, NULL},
	    {"examplebank.test", LOOKALIKE_NONE, NULL},
	    {"news.examplebank.test", LOOKALIKE_NONE, NULL},
	    {"paypal.net", LOOKALIKE_NONE, NULL}, /* a suffix, not asked */
	    {"papyal.com", LOOKALIKE_NONE, NULL}, /* too short for it */
	    {"paypals.com", LOOKALIKE_NONE, NULL},
	    {"nhs-uk.org", LOOKALIKE_NONE, NULL},
	    {"n-h-s.org", LOOKALIKE_NONE, NULL},
	    {"department0fwealth.org", LOOKALIKE_EDIT,
	     "departmentofhealth.gov.uk"},
	    {"departmentofwealths.org", LOOKALIKE_NONE, NULL}, /* two */
	    {"xn--a.org", LOOKALIKE_NONE, NULL},	       /* no A-label */
	    {"xn--99999999.org", LOOKALIKE_NONE, NULL},
	    {"org", LOOKALIKE_NONE, NULL},
	    {"", LOOKALIKE_NONE, NULL},
	};

	(void)state;
	EXPECT_ROWS(rows);
}

static void compares_short_names_where_listed(void **state)
{
	static const struct row rows[] = {
	    {"n-h-s.org", LOOKALIKE_HYPHEN, "nhs.uk"},
	    {"nh5.org", LOOKALIKE_HOMOGLYPH, "nhs.uk"},
	    {"nsh.org", LOOKALIKE_NONE, NULL},	  /* still too short for that */
	    {"papyal.com", LOOKALIKE_NONE, NULL}, /* not listed */
	};

	(void)state;
	rules.short_names = (struct text_list)LIST(shorts);
	EXPECT_ROWS(rows);
	rules.short_names.count = 0;
}

static void compares_suffixes_where_asked(void **state)
{
	static const struct row rows[] = {
	    {"paypal.net", LOOKALIKE_SUFFIX, "paypal.com"},
	    {"mail.paypal.co.uk", LOOKALIKE_SUFFIX, "paypal.com"},
	    {"paypal.com", LOOKALIKE_NONE, NULL},
	    {"nhs.org", LOOKALIKE_NONE, NULL}, /* short */
	};

	(void)state;
	rules.has_suffixes = true;
	EXPECT_ROWS(rows);
	rules.has_suffixes = false;
}

/* A digit is its letter also where ICU's skeleton stood between. */
static void folds_skeletons_as_ascii(void **state)
{
	struct lookalike_form plain;
	struct lookalike_form mixed;

	(void)state;
	/* "e0123456789abcdefghijklmnopqrstuvwxyz", and its first letter once
	 * more as a Cyrillic one */
	assert_true(lookalike_form_make("e0123456789abcdefghijklmnopqrstuvwxyz",
					37, &plain));
	static const char label[] =
	    "xn--0123456789abcdefghijklmnopqrstuvwxyz-ix2a";
	assert_true(lookalike_form_make(label, strlen(label), &mixed));
	assert_true(lookalike_form_equals(&plain, &mixed));
}

static void has_no_form_of_too_much(void **state)
{
	struct lookalike_form form;
	char label[80];

	(void)state;
	memset(label, 'a', sizeof label);
	assert_true(lookalike_form_make(label, 63, &form));
	assert_int_equal(form.length, 63);
	assert_false(lookalike_form_make(label, 64, &form));
	assert_true(lookalike_form_make(label, 0, &form));
	assert_int_equal(form.length, 0);
}

static void knows_its_words(void **state)
{
	(void)state;
	for (int i = 0; i < LOOKALIKE_KINDS; i++)
		assert_int_equal(
		    lookalike_find_word(lookalike_word((enum lookalike_kind)i)),
		    i);
	assert_int_equal(lookalike_find_word("other"), -1);
	assert_int_equal(lookalike_find(NULL, "paypa1.com").kind,
			 LOOKALIKE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_each_kind),
	    cmocka_unit_test(lets_others_be),
	    cmocka_unit_test(compares_short_names_where_listed),
	    cmocka_unit_test(compares_suffixes_where_asked),
	    cmocka_unit_test(folds_skeletons_as_ascii),
	    cmocka_unit_test(has_no_form_of_too_much),
	    cmocka_unit_test(knows_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
