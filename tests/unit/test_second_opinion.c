/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_second_opinion.c - libopendmarc agrees on facts already decided
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/dmarc/second_opinion.h"

static const char *const clients[] = {"192.0.2.1", "2001:db8::1", "127.0.0.1"};
static const char *const authors[] = {"d.test",
				      "mail.example.co.uk",
				      "co.uk",
				      "com",
				      "a.b.c.d.e.f.g.h.i.j.k.example.com",
				      "xn--bcher-kva.test",
				      "a_b.victim.test"};

static struct net_address client_at(size_t i)
{
	struct net_address client = {.family = NET_NONE};

	if (i < sizeof clients / sizeof clients[0])
		assert_true(net_address_parse(clients[i], &client));
	return client;
}

/* Its whole matrix: clients (none included), authors, policies, passes. */
static void agrees_everywhere(void **state)
{
	size_t count = 0;

	(void)state;
	for (size_t c = 0; c <= sizeof clients / sizeof clients[0]; c++) {
		struct net_address client = client_at(c);
		for (size_t a = 0; a < sizeof authors / sizeof authors[0];
		     a++) {
			for (unsigned bits = 0; bits < 16; bits++) {
				enum request asked = (enum request)(bits >> 2);
				bool dkim = bits & 1;
				bool spf = (bits >> 1) & 1;
				enum second_opinion opinion =
				    second_opinion_ask(&client, authors[a],
						       asked, dkim, spf);
				assert_true(second_opinion_agrees(
				    opinion, dkim || spf, asked));
				assert_int_equal(opinion ==
						     SECOND_OPINION_NOT_ASKED,
						 asked == REQUEST_ABSENT);
				count++;
			}
		}
	}
	print_message("second opinion: %zu rows agree\n", count);
}

static void notices_disagreement(void **state)
{
	(void)state;
	assert_false(
	    second_opinion_agrees(SECOND_OPINION_REJECT, true, REQUEST_REJECT));
	assert_false(
	    second_opinion_agrees(SECOND_OPINION_PASS, false, REQUEST_REJECT));
	assert_false(second_opinion_agrees(SECOND_OPINION_NONE, false,
					   REQUEST_QUARANTINE));
	assert_false(
	    second_opinion_agrees(SECOND_OPINION_ERROR, false, REQUEST_NONE));
	assert_false(
	    second_opinion_agrees(SECOND_OPINION_NONE, false, REQUEST_ABSENT));
	assert_true(second_opinion_agrees(SECOND_OPINION_NOT_ASKED, false,
					  REQUEST_ABSENT));
}

/* What the library refuses is an error, told apart from an answer. */
static void reports_failure(void **state)
{
	struct net_address client = client_at(0);

	(void)state;
	assert_int_equal(
	    second_opinion_ask(&client, NULL, REQUEST_REJECT, false, false),
	    SECOND_OPINION_ERROR);
}

static void has_words(void **state)
{
	(void)state;
	assert_string_equal(second_opinion_text(SECOND_OPINION_NOT_ASKED),
			    "not_asked");
	assert_string_equal(second_opinion_text(SECOND_OPINION_ERROR), "error");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(agrees_everywhere),
	    cmocka_unit_test(notices_disagreement),
	    cmocka_unit_test(reports_failure),
	    cmocka_unit_test(has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
