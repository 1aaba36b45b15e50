/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reason.c - why mail was not simply let in, in few words
 * Tested by test_alignctl_stats.
 */
#include "lib/stats/reason.h"

#include <string.h>

#include "lib/stats/tally.h"

/* Those that need other words than their own. */
static const struct {
	enum decide_reason reason;
	const char *words;
} rows[] = {
    {REASON_ON_MALFORMED, "no single author could be read"},
    {REASON_ON_TEMPERROR, "DNS did not answer"},
    {REASON_ON_REJECT, "policy.on_reject, instead of what was asked"},
    {REASON_ON_QUARANTINE, "policy.on_quarantine, instead of what was asked"},
    {REASON_ON_NONE, "policy.on_none, although nothing was asked"},
    {REASON_BODY_CHANGED, "signs of a list: signed header over another body"},
    {REASON_TRUSTED_SEALER, "a trusted ARC sealer vouches for it"},
    {REASON_HOLD_FULL, "no more may be held"},
    {REASON_PCT_ZERO, "the author's domain asks for less (pct)"},
    {REASON_UNCLEANABLE, "more forged fields than can be removed"},
};

static const char *words_of(enum decide_reason reason)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (rows[i].reason == reason)
			return rows[i].words;
	}
	return decide_reason_text(reason);
}

/* Where the comment says more than its reason: an override's, a sample's. */
static const char *words_of_type(const struct store_trait *trait)
{
	if (override_type_find(trait->override_type) ==
	    OVERRIDE_POLICY_TEST_MODE)
		return "the author's domain is in test mode (t=y)";
	if (strncmp(trait->override_comment, "sampled out", 11) == 0)
		return words_of(REASON_PCT_ZERO);
	return "an override";
}

static const char *words_of_result(const struct store_trait *trait)
{
	if (trait->author_error[0] != '\0')
		return words_of(REASON_ON_MALFORMED);
	switch (dmarc_result_find(trait->dmarc_result)) {
	case DMARC_RESULT_FAIL:
		if (strcmp(trait->asked, "reject") == 0)
			return "the author's domain asks for it (p=reject)";
		if (strcmp(trait->asked, "quarantine") == 0)
			return "the author's domain asks for it (p=quarantine)";
		break;
	case DMARC_RESULT_TEMPERROR:
		return words_of(REASON_ON_TEMPERROR);
	case DMARC_RESULT_PERMERROR:
		return "no readable author or record";
	default:
		break;
	}
	return "not recorded";
}

static const char *why(const struct store_trait *trait)
{
	enum decide_reason reason = decide_reason_of(trait->override_comment);

	if (reason != REASON_NONE)
		return words_of(reason);
	return trait->override_type[0] != '\0' ? words_of_type(trait)
					       : words_of_result(trait);
}

const char *stats_reason(TALLOC_CTX *mem, const struct store_trait *trait)
{
	int applied = disposition_find(trait->applied);

	if (applied <= DISPOSITION_NONE)
		return NULL;
	return mem_printf(mem, "%s: %s",
			  stats_dimensions[STATS_APPLIED].words[applied].label,
			  why(trait));
}
