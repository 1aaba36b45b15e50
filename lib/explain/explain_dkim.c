/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_dkim.c - each DKIM signature, and the ARC chain
 */
#include "lib/explain/dossier.h"

/* --- signatures --- */

static void say_signature(struct dossier *dossier, size_t index)
{
	/* What the result means, as the second half of a sentence. */
	static const char *const meanings[] = {
	    [AUTH_PASS] = "the domain signed the message, and it is unchanged",
	    [AUTH_FAIL] = "the signature does not fit the message",
	    [AUTH_POLICY] = "whatever it says, it is not accepted here",
	    [AUTH_NEUTRAL] = "it could not be verified",
	    [AUTH_TEMPERROR] = "DNS did not answer for its key",
	    [AUTH_PERMERROR] = "the signature or its key cannot be used",
	};
	const struct dossier_signature *signature = &dossier->signatures[index];
	const char *domain = signature->domain;
	const char *selector = signature->selector;
	TALLOC_CTX *mem = dossier->mem;

	say(dossier, "Signature %zu: by %s, selector %s%s%s%s.", index + 1,
	    domain == NULL ? "a domain that cannot be read" : domain,
	    selector == NULL ? "unreadable" : selector,
	    signature->algorithm == NULL ? "" : ", ",
	    signature->algorithm == NULL ? "" : signature->algorithm,
	    signature->key_bits == 0
		? ""
		: mem_printf(mem, " with a key of %lld bits",
			     (long long)signature->key_bits));
	if (domain != NULL && selector != NULL) {
		const char *name =
		    mem_printf(mem, "%s._domainkey.%s", selector, domain);
		const struct recorded_answer *key =
		    recorded_dns_find(&dossier->dns, name, "TXT");
		const char *security = explain_security(dossier, "dkim", key);
		if (key != NULL &&
		    (key->records.count == 0 || *security != '\0'))
			say(dossier, "  Its key was asked for at TXT %s: %s%s.",
			    name, recorded_status_words(key), security);
	}
	say(dossier, "  Result: %s, which means: %s%s.", signature->word,
	    PHRASE(meanings, signature->result, "nothing that counts"),
	    bracketed(mem, signature->reason));
	if (domain != NULL && dossier->author != NULL)
		say(dossier, "  Compared with the author: %s.",
		    explain_alignment(dossier, domain, false, index));
}

/* An aligned signature that fits the header, and why that says nothing. */
static void say_doubt(struct dossier *dossier)
{
	static const char *const table[] = {
	    [DOUBT_PARTIAL] = "l= leaves part of the body to anybody",
	    [DOUBT_UNDATED] = "the message has no one Date that names a "
			      "moment, so nobody can tell how old it is",
	    [DOUBT_OLD] = "t= or Date is further back than "
			  "policy.evidence_age, or x= is past",
	    [DOUBT_EARLY] = "its Date is more than a day in the future",
	    [DOUBT_REPLAYED] = "the same signature came over three bodies at "
			       "least, from two organisations, within seven "
			       "days; a list changes a message once, from its "
			       "own hosts",
	};
	struct json *doubt = json_get(dossier->mem, dossier->more, "doubt");
	const char *field = json_get_text(doubt, "field");
	int why = header_doubt_find(json_get_text(doubt, "why"));
	const char *words = PHRASE(table, why, NULL);

	if (why == DOUBT_UNSIGNED && field != NULL)
		words = mem_printf(dossier->mem,
				   "a %s field stands in the message that the "
				   "signature does not cover",
				   field);
	if (words != NULL)
		say(dossier,
		    "A signature of the author's organization still fits the "
		    "header, but not the body. A list would leave that trace, "
		    "and so would whoever puts one genuine header over a body "
		    "of his own. It does not count here: %s.",
		    words);
}

void explain_dkim(struct dossier *dossier)
{
	dossier_step(dossier, "dkim", "DKIM: who signed it?");
	if (dossier->signature_count == 0)
		say(dossier, "The message carries no DKIM signature.");
	for (size_t i = 0; i < dossier->signature_count; i++) {
		int64_t left_out = dossier->signatures[i].left_out;
		if (left_out > 0)
			say(dossier, "%lld more signatures were not kept.",
			    (long long)left_out);
		else if (dossier->signatures[i].is_readable)
			say_signature(dossier, i);
	}
	if (dossier->indirect == INDIRECT_BODY_CHANGED)
		say(dossier,
		    "A signature of the author's organization still fits the "
		    "header, but the body was changed: the trace that a "
		    "mailing list or forwarder leaves which adds a footer. "
		    "From, Subject, To, Cc, Date and Message-ID are signed "
		    "whole, and within policy.evidence_age.");
	say_doubt(dossier);
}

/* --- ARC --- */

/* What the last sealer recorded of DMARC before it sealed: a result, or that it
 * passed for another author. */
static void say_recorded(struct dossier *dossier, const struct json *more)
{
	const char *word = json_get_text(more, "recorded");

	if (dossier_is(more, "recorded", "other"))
		say(dossier, "The last sealer recorded that DMARC passed, but "
			     "for another author.");
	else if (word != NULL)
		say(dossier,
		    "The last sealer recorded of DMARC, before it sealed: %s.",
		    word);
	if (dossier->indirect == INDIRECT_ARC)
		say(dossier, "The last sealer is one that trust.arc_sealers "
			     "names, so its word counts as evidence of a "
			     "forwarder.");
	else if (word != NULL && dmarc_result_find(word) != DMARC_RESULT_PASS)
		say(dossier, "Whoever trust.arc_sealers names, that is no "
			     "evidence: a sealer counts only where its own "
			     "results say that the mail passed.");
	else
		say(dossier, "The last sealer is not among those that "
			     "trust.arc_sealers names, or another piece of "
			     "evidence came first; the chain had no say.");
}

void explain_arc(struct dossier *dossier)
{
	struct json *more = dossier_object(dossier->mem, dossier->more, "arc");
	struct json *sealers =
	    dossier_list(dossier->mem, dossier->arc, "sealers");
	const char *reason = json_get_text(more, "reason");

	dossier_step(dossier, "arc", "ARC: does a forwarder vouch for it?");
	if (dossier->arc_result == AUTH_PASS) {
		say(dossier, "The message carries a valid ARC chain.");
		for (size_t i = 0; i < json_count(sealers); i++) {
			const char *domain = json_item_text(sealers, i);
			say(dossier, "Set %zu was sealed by %s.", i + 1,
			    domain == NULL ? "-" : domain);
		}
		say_recorded(dossier, more);
	} else if (dossier->arc_result == AUTH_FAIL) {
		say(dossier,
		    "The message carries a broken ARC chain%s%s; it "
		    "counts for nothing.",
		    reason == NULL ? "" : ": ", reason == NULL ? "" : reason);
	} else if (dossier->is_cut) {
		say(dossier, "What was found of it was not kept.");
	} else {
		say(dossier, "The message carries no ARC chain.");
	}
}
