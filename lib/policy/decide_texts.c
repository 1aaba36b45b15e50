/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decide_texts.c - the words for what decide() knows
 *
 * The override types are those of RFC 9990 3.1.1.9.
 * Tested by test_decide.
 */
#include "lib/policy/decide.h"

#include <stddef.h>

const char *dmarc_result_text(enum dmarc_result result)
{
	static const char *const words[] = {
	    [DMARC_RESULT_NONE] = "none",
	    [DMARC_RESULT_PASS] = "pass",
	    [DMARC_RESULT_FAIL] = "fail",
	    [DMARC_RESULT_TEMPERROR] = "temperror",
	    [DMARC_RESULT_PERMERROR] = "permerror",
	};

	return words[result];
}

const char *disposition_text(enum disposition disposition)
{
	static const char *const words[] = {
	    [DISPOSITION_NONE] = "none",
	    [DISPOSITION_TAG] = "tag",
	    [DISPOSITION_QUARANTINE] = "quarantine",
	    [DISPOSITION_REJECT] = "reject",
	    [DISPOSITION_TEMPFAIL] = "tempfail",
	};

	return words[disposition];
}

const char *override_type_text(enum override_type type)
{
	static const char *const words[] = {
	    [OVERRIDE_NONE] = NULL,
	    [OVERRIDE_LOCAL_POLICY] = "local_policy",
	    [OVERRIDE_MAILING_LIST] = "mailing_list",
	    [OVERRIDE_OTHER] = "other",
	    [OVERRIDE_POLICY_TEST_MODE] = "policy_test_mode",
	    [OVERRIDE_TRUSTED_FORWARDER] = "trusted_forwarder",
	};

	return words[type];
}

const char *indirect_text(enum indirect indirect)
{
	static const char *const words[] = {
	    [INDIRECT_NONE] = "none",
	    [INDIRECT_BODY_CHANGED] = "body_changed",
	    [INDIRECT_ARC] = "arc",
	};

	return words[indirect];
}
