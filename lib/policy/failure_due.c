/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * failure_due.c - is a failure report about a message owed?
 */
#include "lib/policy/failure_due.h"

#include <string.h>

/* fo is a list of single letters: "0", "1:d:s". */
static bool asks_for(const struct failure_facts *facts, char option)
{
	return strchr(facts->fo, option) != NULL;
}

/* May there be a report at all, whatever fo says? */
static bool is_reportable(const struct failure_facts *facts)
{
	if (!facts->is_switched_on || !facts->has_ruf || facts->is_psd ||
	    facts->is_automatic)
		return false;
	/* What comes again is judged again. */
	if (facts->applied == DISPOSITION_TEMPFAIL)
		return false;
	return facts->result == DMARC_RESULT_PASS ||
	       facts->result == DMARC_RESULT_FAIL;
}

/* "0:1" has both: the one that asks for more holds. */
static bool is_dmarc_due(const struct failure_facts *facts)
{
	if (asks_for(facts, '1'))
		return !facts->is_dkim_aligned || !facts->is_spf_aligned;
	return asks_for(facts, '0') && !facts->is_dkim_aligned &&
	       !facts->is_spf_aligned;
}

enum failure_kind failure_due(const struct failure_facts *facts)
{
	if (!is_reportable(facts))
		return FAILURE_NONE;
	if (is_dmarc_due(facts))
		return FAILURE_DMARC;
	if (asks_for(facts, 'd') && facts->is_signature_failed)
		return facts->is_body_changed ? FAILURE_BODYHASH
					      : FAILURE_SIGNATURE;
	if (asks_for(facts, 's') && facts->is_spf_failed)
		return FAILURE_SPF;
	return FAILURE_NONE;
}

const char *failure_identity_alignment(const struct failure_facts *facts)
{
	if (facts->is_dkim_aligned)
		return facts->is_spf_aligned ? "none" : "spf";
	return facts->is_spf_aligned ? "dkim" : "dkim, spf";
}

const char *failure_delivery_text(enum disposition applied)
{
	static const char *const texts[] = {
	    [DISPOSITION_NONE] = "delivered",
	    [DISPOSITION_TAG] = "delivered",
	    [DISPOSITION_QUARANTINE] = "policy",
	    [DISPOSITION_REJECT] = "reject",
	    [DISPOSITION_TEMPFAIL] = "other",
	};

	return texts[applied];
}

const char *failure_kind_text(enum failure_kind kind)
{
	static const char *const texts[] = {
	    [FAILURE_NONE] = NULL,
	    [FAILURE_DMARC] = "dmarc",
	    [FAILURE_SIGNATURE] = "signature",
	    [FAILURE_BODYHASH] = "bodyhash",
	    [FAILURE_SPF] = "spf",
	};

	return texts[kind];
}
