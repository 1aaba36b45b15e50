/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_secret_text.c - no password is shown, and nothing else is hidden
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/secret_text.h"

struct hidden_case {
	const char *text;
	const char *shown;
};

static void test_hides_passwords_alone(void **state)
{
	static const struct hidden_case cases[] = {
	    {"", ""},
	    {"host=db.example dbname=alignd user=mx1",
	     "host=db.example dbname=alignd user=mx1"},
	    {"host=db password=geheim user=mx1",
	     "host=db password=*** user=mx1"},
	    {"password = 'ge \\' heim' user=x", "password = *** user=x"},
	    {"password='without an end user=x", "password=***"},
	    {"password=ge\\ heim user=x", "password=*** user=x"},
	    {"PassWord=x sslpassword=y sslmode=require",
	     "PassWord=*** sslpassword=*** sslmode=require"},
	    {"postgresql://mx1:geheim@db/alignd",
	     "postgresql://mx1:***@db/alignd"},
	    {"postgresql://mx1:ge@he/im@db/alignd",
	     "postgresql://mx1:***@db/alignd"},
	    {"postgresql://mx1@db:5432/alignd?sslmode=verify-full",
	     "postgresql://mx1@db:5432/alignd?sslmode=verify-full"},
	    {"postgres://db/alignd?user=mx1&password=geheim&port=1",
	     "postgres://db/alignd?user=mx1&password=***&port=1"},
	    {"postgres://db/alignd?p%61ssword=geheim",
	     "postgres://db/alignd?***"},
	    {"passfile=/etc/alignd/pass user=mx1",
	     "passfile=/etc/alignd/pass user=mx1"},
	    {"postgresql = \"password=geheim", "postgresql = \"password=***"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		assert_string_equal(secret_text_hide(mem, cases[i].text),
				    cases[i].shown);
		assert_int_equal(secret_text_has_any(cases[i].text),
				 strcmp(cases[i].text, cases[i].shown) != 0);
		mem_free(mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hides_passwords_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
