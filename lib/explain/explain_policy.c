/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_policy.c - the record tag by tag as it was in force, and the result
 *
 * RFC 9989 4.7 (tags), 4.10.1 (p, sp or np), 5.3.5 and 5.3.6 (the result).
 */
#include "lib/base/domain.h"
#include "lib/dns/dns_answer.h"
#include "lib/explain/dossier.h"

/* Which of p, sp and np holds for the author domain. */
enum chosen { CHOSEN_P, CHOSEN_SP, CHOSEN_NP };

static enum chosen choose_tag(const struct dossier *dossier)
{
	const struct record *record = dossier->record;
	const struct recorded_answer *own =
	    recorded_dns_find(&dossier->dns, dossier->author, "A");

	if (dossier->policy_domain == NULL ||
	    domain_equals(dossier->policy_domain, dossier->author))
		return CHOSEN_P;
	if (record->np != REQUEST_ABSENT && own != NULL &&
	    own->status == DNS_NXDOMAIN)
		return CHOSEN_NP;
	return record->sp == REQUEST_ABSENT ? CHOSEN_P : CHOSEN_SP;
}

/* What "p=" and its like say, where published, and whether it is this that
 * holds. */
static void say_request(struct dossier *dossier, const char *tag,
			enum request request, const char *scope, bool is_chosen)
{
	static const char *const words[] = {
	    [REQUEST_NONE] = "nothing to be done, only reports",
	    [REQUEST_QUARANTINE] = ("mail that fails to be treated with "
				    "suspicion (quarantine)"),
	    [REQUEST_REJECT] = "mail that fails to be refused (reject)",
	};

	if (request != REQUEST_ABSENT)
		say(dossier, "%s=%s: %s, the owner asks for %s.%s", tag,
		    request_text(request), scope, words[request],
		    is_chosen ? " This one is in force here." : "");
}

static void say_mode(struct dossier *dossier, const char *tag, bool is_strict,
		     const char *what)
{
	say(dossier, "%s=%s: %s counts if its domain %s.", tag,
	    is_strict ? "s" : "r", what,
	    is_strict ? "is the author domain itself (strict)"
		      : "has the organizational domain of the author "
			"(relaxed)");
}

static void say_tags(struct dossier *dossier)
{
	const struct record *record = dossier->record;
	enum chosen chosen = choose_tag(dossier);

	say_request(dossier, "p", record->p,
		    record->sp == REQUEST_ABSENT
			? "for the domain and the names below it"
			: "for the domain itself",
		    chosen == CHOSEN_P);
	say_request(dossier, "sp", record->sp, "for names below the domain",
		    chosen == CHOSEN_SP);
	say_request(dossier, "np", record->np,
		    "for names below the domain that do not exist",
		    chosen == CHOSEN_NP);
	say_mode(dossier, "adkim", record->is_adkim_strict, "a DKIM signature");
	say_mode(dossier, "aspf", record->is_aspf_strict, "SPF");
	say(dossier, record->is_test_mode
			 ? "t=y: the owner is still testing, so everything is "
			   "asked one step milder."
			 : "t=n: the policy is meant in earnest.");
	if (record->psd != PSD_UNKNOWN)
		say(dossier, "psd=%s: the domain %s.", psd_text(record->psd),
		    record->psd == PSD_YES
			? "is a registry; names below it belong to others"
			: "is an organization of its own");
	if (record->pct >= 0)
		say(dossier,
		    "pct=%d: a historic tag; dmarc.honor_pct says what it does "
		    "here.",
		    record->pct);
}

static void say_absent(struct dossier *dossier)
{
	if (dossier->author == NULL)
		say(dossier, "Without an author domain there is no policy to "
			     "apply.");
	else if (dossier->result == DMARC_RESULT_TEMPERROR)
		say(dossier, "Which record is in force is not known.");
	else if (dossier->is_cut && dossier->policy_domain != NULL)
		say(dossier, "There is a policy record; what it says was not "
			     "kept.");
	else
		say(dossier, "There is no policy record.");
}

void explain_policy(struct dossier *dossier)
{
	const struct record *record = dossier->record;
	const char *asked = dossier_text(dossier->incident->asked);

	dossier_step(dossier, "policy", "What the policy says");
	if (record == NULL) {
		say_absent(dossier);
		return;
	}
	say(dossier, "The record: %s", json_get_text(dossier->dmarc, "record"));
	if (record->problem != NULL)
		say(dossier, "What is wrong with it: %s.", record->problem);
	if (!record->is_usable) {
		say(dossier, "A record that broken is no policy.");
		return;
	}
	say_tags(dossier);
	if (asked == NULL)
		say(dossier, "In the end nothing is asked: no policy can be "
			     "applied to this message.");
	else
		say(dossier,
		    "After sp, np, t and pct the owner asks, for mail "
		    "that fails: %s.",
		    asked);
}

/* --- the result --- */

static void say_passes(struct dossier *dossier)
{
	if (dossier->has_spf_aligned)
		say(dossier, "SPF passed for %s, which is aligned.",
		    dossier->incident->spf_domain);
	for (size_t i = 0; i < dossier->signature_count; i++) {
		const struct dossier_signature *item = &dossier->signatures[i];
		if (item->is_aligned && item->result == AUTH_PASS &&
		    item->domain != NULL)
			say(dossier,
			    "The signature of %s passed, which is aligned.",
			    item->domain);
	}
	say(dossier, "One aligned pass is enough.");
}

void explain_result(struct dossier *dossier)
{
	static const char *const words[] = {
	    [DMARC_RESULT_PASS] = "the author domain stands behind the message",
	    [DMARC_RESULT_FAIL] = "nothing shows that the author domain stands "
				  "behind the message",
	    [DMARC_RESULT_NONE] = "the author domain publishes no policy, so "
				  "there is nothing to pass or fail",
	    [DMARC_RESULT_TEMPERROR] =
		"DNS did not tell what was needed to judge",
	    [DMARC_RESULT_PERMERROR] =
		"the message or the policy record cannot be judged",
	};
	const char *reason = dossier_text(dossier->incident->reason);

	dossier_step(dossier, "result", "The DMARC result");
	say(dossier, "DMARC %s: %s.", dossier->incident->dmarc_result,
	    PHRASE(words, dossier->result, "unknown"));
	if (dossier->result == DMARC_RESULT_PASS)
		say_passes(dossier);
	else if (reason != NULL)
		say(dossier, "Why: %s.", reason);
}
