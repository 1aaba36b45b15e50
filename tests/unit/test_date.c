/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_date.c - the moment that a Date field names (RFC 5322 3.3, 4.3)
 */
#include "tests/unit/unit.h"

#include "lib/mail/date.h"

#define NOON_S 1777636800 /* 2026-05-01T12:00:00Z */

static void reads_dates(void **state)
{
	static const char *const noon[] = {
	    " Fri, 1 May 2026 12:00:00 +0000",
	    "Fri, 01 May 2026 12:00:00 +0000",
	    "1 May 2026 12:00 +0000",
	    "fri,\r\n 1 MAY 2026 14:00:00 +0200 (CEST)",
	    "Fri , 1 (first) May (month) 26 12 : 00 : 00 GMT",
	    "Fri, 1 May 126 12:00:00 Z",
	    "1 May 2026 08:00:00 EDT",
	    "1 May 2026 04:00:00 -0800",
	    "1 May 2026 07:00:00 EST",
	    "1 May 2026 12:00:00 XYZ",
	    "1 May 2026 12:00:00",
	    "Mon, 1 May 2026 12:00:00 -0000",
	};
	int64_t epoch_s;

	(void)state;
	for (size_t i = 0; i < sizeof noon / sizeof noon[0]; i++) {
		epoch_s = 0;
		if (!date_parse(span_of(noon[i]), &epoch_s) ||
		    epoch_s != NOON_S)
			fail_msg("%s: %lld", noon[i], (long long)epoch_s);
	}
	assert_true(date_parse(span_of("31 Dec 98 23:59:60 +0000"), &epoch_s));
	assert_int_equal(epoch_s, 915148800);
}

static void refuses_what_is_none(void **state)
{
	static const char *const none[] = {
	    "",
	    "soon",
	    "Fri, May 1 2026 12:00:00 +0000",
	    "1 May 2026",
	    "1 May 2026 24:00:00 +0000",
	    "1 May 2026 12:60:00 +0000",
	    "1 May 2026 12:00:61 +0000",
	    "0 May 2026 12:00:00 +0000",
	    "32 May 2026 12:00:00 +0000",
	    "1 May 20260 12:00:00 +0000",
	    "1 May 6 12:00:00 +0000",
	    "1 May 1969 12:00:00 +0000",
	    "1 Mayday 2026 12:00:00 +0000",
	    "1 May 2026 12:00:00 +0060",
	    "1 May 2026 12:00:00 +000",
	    "1 May 2026 12:00:00 +0000 later",
	    "1 May 2026 12:00:00 +0000 (open",
	    "Fri 1 May 2026 12:00:00 +0000",
	};
	int64_t epoch_s = 7;

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
		if (date_parse(span_of(none[i]), &epoch_s))
			fail_msg("%s: %lld", none[i], (long long)epoch_s);
	}
	assert_false(
	    date_parse(span_make("1 May\0 2026 12:00:00", 20), &epoch_s));
	assert_int_equal(epoch_s, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_dates),
	    cmocka_unit_test(refuses_what_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
