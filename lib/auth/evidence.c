/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evidence.c - the result words of RFC 8601 2.7
 */
#include "lib/auth/evidence.h"

const char *auth_result_text(enum auth_result result)
{
	static const char *const words[] = {
	    [AUTH_NONE] = "none",	    [AUTH_PASS] = "pass",
	    [AUTH_FAIL] = "fail",	    [AUTH_POLICY] = "policy",
	    [AUTH_NEUTRAL] = "neutral",	    [AUTH_SOFTFAIL] = "softfail",
	    [AUTH_TEMPERROR] = "temperror", [AUTH_PERMERROR] = "permerror",
	};

	return words[result];
}
