/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evidence.c - the result words of RFC 8601 2.7, and those of doubts
 * Tested by test_present_header.
 */
#include "lib/auth/evidence.h"

#include "lib/base/text.h"

static const char *const results[] = {
    [AUTH_NONE] = "none",	    [AUTH_PASS] = "pass",
    [AUTH_FAIL] = "fail",	    [AUTH_POLICY] = "policy",
    [AUTH_NEUTRAL] = "neutral",	    [AUTH_SOFTFAIL] = "softfail",
    [AUTH_TEMPERROR] = "temperror", [AUTH_PERMERROR] = "permerror",
};

const char *auth_result_text(enum auth_result result)
{
	return results[result];
}

int auth_result_find(const char *text)
{
	return text_place(results, COUNT_OF(results), text);
}

static const char *const doubts[] = {
    [DOUBT_NONE] = "",
    [DOUBT_UNSIGNED] = "unsigned",
    [DOUBT_PARTIAL] = "partial",
    [DOUBT_UNDATED] = "undated",
    [DOUBT_OLD] = "old",
    [DOUBT_EARLY] = "early",
    [DOUBT_REPLAYED] = "replayed",
};

const char *header_doubt_text(enum header_doubt doubt)
{
	return doubts[doubt];
}

int header_doubt_find(const char *text)
{
	return text_place(doubts, sizeof doubts / sizeof doubts[0], text);
}
