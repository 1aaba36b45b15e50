/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_arf.c - what is told of a failure report, and what never is
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/report/read/arf.h"

struct told {
	char text[4096];
	bool is_refused;
};

static void see_failure(void *context, const char *name,
			const struct received_failure *failure)
{
	struct told *told = context;

	(void)name;
	(void)snprintf(told->text, sizeof told->text, "%s|%s|%s|%s|%s|%s",
		       failure->type, failure->domain, failure->source_ip,
		       failure->auth_failure, failure->mail_from_domain,
		       failure->dkim_domain);
}

static void see_refused(void *context, const char *name, const char *why)
{
	struct told *told = context;

	(void)name;
	told->is_refused = true;
	(void)snprintf(told->text, sizeof told->text, "%s", why);
}

static const struct {
	const char *fields;
	const char *original;
	const char *want;
	bool is_refused;
} cases[] = {
    {"Feedback-Type: auth-failure\r\nReported-Domain: Example.test\r\n"
     "Source-IP: 192.0.2.1\r\nAuth-Failure: dmarc\r\n"
     "Original-Mail-From: <ann@bounce.test>\r\nDKIM-Domain: d.test\r\n",
     "", "auth-failure|example.test|192.0.2.1|dmarc|bounce.test|d.test", false},
    /* folded, an empty line first, the first of two counts */
    {"\nFeedback-Type:\n auth-failure\nReported-Domain: a.test\n"
     "Reported-Domain: b.test\nSource-IP: none of that\n",
     "", "auth-failure|a.test||||", false},
    {"Feedback-Type: auth-failure\n",
     "Subject: secret\nFrom: \"Ann <x@y.test>\" <ann@author.test>\n\n",
     "auth-failure|author.test||||", false},
    /* behind the header nothing is looked at */
    {"Feedback-Type: auth-failure\n", "Subject: a\n\nFrom: a@author.test\n",
     "Reported-Domain", true},
    {"Reported-Domain: a.test\n", "", "Feedback-Type", true},
    {"", "", "Feedback-Type", true},
    {"Feedback-Type: a\x1b\nReported-Domain: x\x07.test\n", "", "a\\x1b|x||||",
     false},
};

static void tells_domains_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct told told = {.is_refused = false};
		const struct received_reader reader = {
		    .failure = see_failure,
		    .refused = see_refused,
		    .context = &told,
		};
		struct arf *arf = arf_new(mem, span_of(cases[i].fields));
		arf_see_original(arf, span_of(cases[i].original));
		arf_tell(arf, "", &reader);
		assert_int_equal(told.is_refused, cases[i].is_refused);
		if (told.is_refused)
			assert_non_null(strstr(told.text, cases[i].want));
		else
			assert_string_equal(told.text, cases[i].want);
		mem_free(mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_domains_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
