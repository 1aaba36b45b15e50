/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * chain.c - what policyd-spf, OpenDKIM and OpenDMARC one behind the other would
 * have made of a message
 *
 * libopendmarc is asked once more, with what libspf2 and libopendkim found: in
 * the row of the comparison it was given what alignd found.
 * Tested by test_alignctl_compare.
 */
#include "tools/compare/results.h"

#include "lib/engines/engines.h"

/* Their results about the identities, in the order of ours. */
static void use_their_results(TALLOC_CTX *mem,
			      const struct comparison *comparison,
			      struct engine_dmarc_facts *facts)
{
	struct engine_identifier *signatures =
	    mem_array(mem, struct engine_identifier, comparison->dkim.count);

	for (size_t i = 0; i < comparison->dkim.count; i++) {
		const struct engine_finding *finding =
		    &comparison->dkim.items[i];
		signatures[i] =
		    (struct engine_identifier){.domain = finding->domain,
					       .selector = finding->selector,
					       .result = finding->result};
	}
	facts->signatures = signatures;
	facts->signature_count = comparison->dkim.count;
	facts->spf.domain = NULL;
	if (comparison->spf.count > 0)
		facts->spf = (struct engine_identifier){
		    .domain = comparison->spf.items[0].domain,
		    .result = comparison->spf.items[0].result};
}

/* As by its default settings. */
static void judge_policyd_spf(const struct comparison *comparison,
			      struct compare_chain *chain)
{
	bool is_fail = comparison->spf.count > 0 &&
		       comparison->spf.items[0].result == AUTH_FAIL;

	if (!is_fail)
		return;
	chain->outcome = CHAIN_REFUSED;
	chain->by = "policyd-spf";
	chain->why = "SPF fails, which it refuses unless HELO_reject or "
		     "Mail_From_reject says otherwise";
}

static void take_opinion(const struct engine_finding *opinion,
			 struct compare_chain *chain)
{
	if (opinion->result != AUTH_FAIL)
		return;
	chain->by = "OpenDMARC";
	if (opinion->asked == REQUEST_REJECT) {
		chain->outcome = CHAIN_REFUSED;
		chain->why = "p=reject fails, which it refuses where "
			     "RejectFailures is set";
	} else if (opinion->asked == REQUEST_QUARANTINE) {
		chain->outcome = CHAIN_HELD;
		chain->why = "p=quarantine fails, which it holds where "
			     "HoldQuarantinedMessages is set";
	} else {
		chain->why = "DMARC fails, and the policy asks for nothing";
	}
}

static bool judge_opendmarc(TALLOC_CTX *mem, const struct compare *compare,
			    const struct comparison *comparison,
			    struct compare_chain *chain, struct error *err)
{
	const struct verdict *verdict = comparison->verdict;
	struct engine_dmarc_facts facts = compare_facts(mem, verdict);
	struct engine_findings findings = {.count = 0};
	const char *ended = NULL;

	if (verdict->author.error != AUTHOR_OK) {
		chain->by = "OpenDMARC";
		chain->why = "From has not one author domain, which it lets "
			     "pass unless RejectMultiValueFrom or "
			     "RequiredHeaders is set";
		return true;
	}
	if (!verdict->discovery.is_complete) {
		chain->outcome = CHAIN_DEFERRED;
		chain->by = "OpenDMARC";
		chain->why = "the DNS did not tell the policy";
		return true;
	}
	use_their_results(mem, comparison, &facts);
	if (!compare_ask_opendmarc(mem, compare, &facts, &findings, &ended,
				   err))
		return false;
	if (ended != NULL || findings.count == 0)
		chain->outcome = CHAIN_UNKNOWN;
	else
		take_opinion(&findings.items[0], chain);
	return true;
}

/* Each of them leaves the mail of this very host alone. */
static bool is_own(const struct verdict *verdict, struct compare_chain *chain)
{
	if (!net_address_is_loopback(&verdict->client.address))
		return false;
	chain->why = "none of them looks at mail from loopback";
	return true;
}

static bool has_bad_end(const struct comparison *comparison)
{
	for (size_t i = 0; i < comparison->count; i++) {
		if (comparison->rows[i].ended != NULL &&
		    comparison->rows[i].kind != COMPARE_DMARC)
			return true;
	}
	return false;
}

bool compare_chain_judge(TALLOC_CTX *mem, const struct compare *compare,
			 struct comparison *comparison, struct error *err)
{
	struct compare_chain chain = {
	    .outcome = CHAIN_ACCEPTED,
	    .why = "nothing that policyd-spf or OpenDMARC refuses was found",
	};
	bool is_done = true;

	if (has_bad_end(comparison))
		chain.outcome = CHAIN_UNKNOWN;
	else if (!is_own(comparison->verdict, &chain)) {
		judge_policyd_spf(comparison, &chain);
		if (chain.outcome == CHAIN_ACCEPTED)
			is_done = judge_opendmarc(mem, compare, comparison,
						  &chain, err);
	}
	if (chain.outcome == CHAIN_UNKNOWN) {
		chain.by = NULL;
		chain.why = "a library gave no answer";
	}
	comparison->chain = chain;
	return is_done;
}

const char *compare_outcome_text(enum compare_outcome outcome)
{
	static const char *const words[] = {NULL, "accepted", "held",
					    "deferred", "refused"};

	return words[outcome];
}
