/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decide_texts.c - the words for what decide() knows
 *
 * The one place where a reason and its words meet, in both directions. The
 * override types are those of RFC 9990 3.1.1.9.
 * Tested by test_decide.
 */
#include "lib/policy/decide.h"

#define PLACE(words, text) text_place(words, COUNT_OF(words), text)

static const char *const results[] = {
    [DMARC_RESULT_NONE] = "none",
    [DMARC_RESULT_PASS] = "pass",
    [DMARC_RESULT_FAIL] = "fail",
    [DMARC_RESULT_TEMPERROR] = "temperror",
    [DMARC_RESULT_PERMERROR] = "permerror",
};

const char *dmarc_result_text(enum dmarc_result result)
{
	return results[result];
}

int dmarc_result_find(const char *text)
{
	return PLACE(results, text);
}

static const char *const dispositions[] = {
    [DISPOSITION_NONE] = "none",
    [DISPOSITION_TAG] = "tag",
    [DISPOSITION_QUARANTINE] = "quarantine",
    [DISPOSITION_REJECT] = "reject",
    [DISPOSITION_TEMPFAIL] = "tempfail",
};

const char *disposition_text(enum disposition disposition)
{
	return dispositions[disposition];
}

int disposition_find(const char *text)
{
	return PLACE(dispositions, text);
}

static const char *const override_types[] = {
    [OVERRIDE_NONE] = NULL,
    [OVERRIDE_LOCAL_POLICY] = "local_policy",
    [OVERRIDE_MAILING_LIST] = "mailing_list",
    [OVERRIDE_OTHER] = "other",
    [OVERRIDE_POLICY_TEST_MODE] = "policy_test_mode",
    [OVERRIDE_TRUSTED_FORWARDER] = "trusted_forwarder",
};

const char *override_type_text(enum override_type type)
{
	return override_types[type];
}

int override_type_find(const char *text)
{
	return text[0] == '\0' ? OVERRIDE_NONE : PLACE(override_types, text);
}

static const char *const traces[] = {
    [INDIRECT_NONE] = "none",
    [INDIRECT_BODY_CHANGED] = "body_changed",
    [INDIRECT_ARC] = "arc",
};

const char *indirect_text(enum indirect indirect)
{
	return traces[indirect];
}

int indirect_find(const char *text)
{
	return PLACE(traces, text);
}

static const char *const bases[] = {
    [BASIS_ANSWERED] = "",
    [BASIS_STALE] = "stale",
    [BASIS_REMEMBERED] = "remembered",
};

const char *basis_text(enum basis basis)
{
	return bases[basis];
}

int basis_text_find(const char *text)
{
	return PLACE(bases, text);
}

static const char *const reasons[] = {
    [REASON_DMARC_NONE] = "dmarc=none",
    [REASON_DMARC_PASS] = "dmarc=pass",
    [REASON_DMARC_FAIL] = "dmarc=fail",
    [REASON_DMARC_PERMERROR] = "dmarc=permerror",
    [REASON_ON_MALFORMED] = "policy.on_malformed",
    [REASON_ON_TEMPERROR] = "policy.on_temperror",
    [REASON_ON_REJECT] = "policy.on_reject",
    [REASON_INDIRECT_MAIL] = "policy.indirect_mail",
    [REASON_ON_QUARANTINE] = "policy.on_quarantine",
    [REASON_ON_NONE] = "policy.on_none",
    [REASON_ON_HOLD_FULL] = "policy.on_hold_full",
    [REASON_ON_OWN] = "policy.on_own",
    [REASON_ON_LOOKALIKE] = "policy.on_lookalike",
    [REASON_ON_PERSON_NAME] = "policy.on_person_name",
    [REASON_ON_UNAUTHENTICATED] = "policy.on_unauthenticated",
    [REASON_ON_KNOWN_PATH] = "policy.known_path",
    [REASON_SERVE_STALE] = "dns.serve_stale",
    [REASON_POSTMASTER_EXEMPT] = "policy.postmaster_exempt",
    [REASON_OVERRIDE] = "override",
    [REASON_FORGED_FIELDS] = "forged fields",
    [REASON_UNCLEANABLE] = "too many forged fields",
    [REASON_PCT_ZERO] = "pct=0",
    [REASON_SAMPLED_OUT] = "sampled out",
    [REASON_BODY_CHANGED] = "body changed, header signature intact",
    [REASON_TRUSTED_SEALER] = "trusted ARC sealer",
    [REASON_POSTMASTER] = "to a postmaster alone",
    [REASON_KNOWN_PATH] = "known path",
    [REASON_HOLD_FULL] = "hold queue full",
    [REASON_STALE] = "stale answer",
    [REASON_REMEMBERED] = "remembered record",
    [REASON_MONITOR_MODE] = "monitor mode",
};

const char *decide_reason_text(enum decide_reason reason)
{
	return reasons[reason];
}

enum decide_reason decide_reason_of(const char *text)
{
	int reason = PLACE(reasons, text);

	return reason < 0 ? REASON_NONE : (enum decide_reason)reason;
}

const char *decide_comment(TALLOC_CTX *mem, const struct decide_input *input,
			   const struct decision *decision)
{
	const char *text = decide_reason_text(decision->comment);

	if (decision->comment == REASON_SAMPLED_OUT)
		return mem_printf(mem, "%s, pct=%d", text, input->pct);
	if (decision->comment == REASON_OVERRIDE &&
	    input->override.comment != NULL)
		return input->override.comment;
	return text;
}
