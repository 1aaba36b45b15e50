/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_dkim.c - each DKIM signature, and the ARC chain
 */
#include <string.h>

#include "lib/explain/dossier.h"

/* What a signature's result means, as the second half of a sentence. */
static const char *meaning(const char *result)
{
	static const struct phrase table[] = {
	    {"pass", "the domain signed the message, and it is unchanged"},
	    {"fail", "the signature does not fit the message"},
	    {"policy", "whatever it says, it is not accepted here"},
	    {"neutral", "it could not be verified"},
	    {"temperror", "DNS did not answer for its key"},
	    {"permerror", "the signature or its key cannot be used"},
	    {NULL, NULL},
	};

	return phrase(table, result, "nothing that counts");
}

static const char *key_text(TALLOC_CTX *mem, const struct json *signature)
{
	int64_t bits = json_get_number(signature, "key_bits", 0);
	const char *algorithm = json_get_text(signature, "algorithm");

	return mem_printf(
	    mem, "%s%s%s", algorithm == NULL ? "" : ", ",
	    algorithm == NULL ? "" : algorithm,
	    bits == 0
		? ""
		: mem_printf(mem, " with a key of %lld bits", (long long)bits));
}

/* Tells of the key's lookup where that went wrong. */
static void say_key(struct dossier *dossier, const char *domain,
		    const char *selector)
{
	const char *name =
	    mem_printf(dossier->mem, "%s._domainkey.%s", selector, domain);
	const struct recorded_answer *answer =
	    recorded_dns_find(&dossier->dns, name, "TXT");

	if (answer != NULL && answer->records.count == 0)
		say(dossier, "  Its key was asked for at TXT %s: %s.", name,
		    recorded_status_words(answer));
}

static void say_signature(struct dossier *dossier, size_t index)
{
	struct json *signature = json_item(dossier->mem, dossier->dkim, index);
	if (signature == NULL)
		return;
	int64_t left_out = json_get_number(signature, "left_out", 0);
	if (left_out > 0) {
		say(dossier, "%lld more signatures were not kept.",
		    (long long)left_out);
		return;
	}
	const char *domain = json_get_text(signature, "domain");
	const char *selector = json_get_text(signature, "selector");
	const char *result = json_get_text(signature, "result");
	const char *reason = json_get_text(signature, "reason");

	say(dossier, "Signature %zu: by %s, selector %s%s.", index + 1,
	    domain == NULL ? "a domain that cannot be read" : domain,
	    selector == NULL ? "unreadable" : selector,
	    key_text(dossier->mem, signature));
	if (domain != NULL && selector != NULL)
		say_key(dossier, domain, selector);
	result = result == NULL ? "none" : result;
	say(dossier, "  Result: %s, which means: %s%s%s%s.", result,
	    meaning(result), reason == NULL ? "" : " (",
	    reason == NULL ? "" : reason, reason == NULL ? "" : ")");
	if (domain != NULL && dossier->author != NULL)
		say(dossier, "  Compared with the author: %s.",
		    explain_alignment(dossier, domain, false, index));
}

/* What speaks against the trace of a list; NULL: a word we never write. */
static const char *doubt_words(TALLOC_CTX *mem, const struct json *doubt)
{
	static const struct phrase table[] = {
	    {"partial", "l= leaves part of the body to anybody"},
	    {"undated", "the message has no one Date that names a moment, so "
			"nobody can tell how old it is"},
	    {"old", "t= or Date is further back than policy.evidence_age, or "
		    "x= is past"},
	    {"early", "its Date is more than a day in the future"},
	    {"replayed", "the same signature came over three bodies at least, "
			 "from two organisations, within seven days; a list "
			 "changes a message once, from its own hosts"},
	    {NULL, NULL},
	};
	const char *why = json_get_text(doubt, "why");
	const char *field = json_get_text(doubt, "field");

	if (why == NULL)
		return NULL;
	if (field != NULL && strcmp(why, "unsigned") == 0)
		return mem_printf(mem,
				  "a %s field stands in the message that the "
				  "signature does not cover",
				  field);
	return phrase(table, why, NULL);
}

/* An aligned signature that fits the header, and why that says nothing. */
static void say_doubt(struct dossier *dossier)
{
	struct json *doubt = json_get(dossier->mem, dossier->more, "doubt");
	const char *words = doubt_words(dossier->mem, doubt);

	if (words == NULL)
		return;
	say(dossier,
	    "A signature of the author's organization still fits the header, "
	    "but not the body. A list would leave that trace, and so would "
	    "whoever puts one genuine header over a body of his own. It does "
	    "not count here: %s.",
	    words);
}

void explain_dkim(struct dossier *dossier)
{
	size_t count = json_count(dossier->dkim);

	dossier_step(dossier, "dkim", "DKIM: who signed it?");
	if (count == 0)
		say(dossier, "The message carries no DKIM signature.");
	for (size_t i = 0; i < count; i++)
		say_signature(dossier, i);
	if (dossier_is(dossier->more, "indirect", "body_changed"))
		say(dossier,
		    "A signature of the author's organization still fits the "
		    "header, but the body was changed: the trace that a "
		    "mailing list or forwarder leaves which adds a footer. "
		    "From, Subject, To, Cc, Date and Message-ID are signed "
		    "whole, and within policy.evidence_age.");
	say_doubt(dossier);
}

static void say_chain(struct dossier *dossier, const char *recorded)
{
	struct json *sealers =
	    dossier_list(dossier->mem, dossier->arc, "sealers");

	for (size_t i = 0; i < json_count(sealers); i++) {
		const char *domain = json_item_text(sealers, i);
		say(dossier, "Set %zu was sealed by %s.", i + 1,
		    domain == NULL ? "-" : domain);
	}
	if (recorded != NULL && strcmp(recorded, "other") == 0)
		say(dossier, "The last sealer recorded that DMARC passed, but "
			     "for another author.");
	else if (recorded != NULL)
		say(dossier,
		    "The last sealer recorded of DMARC, before it sealed: %s.",
		    recorded);
	if (dossier_is(dossier->more, "indirect", "arc"))
		say(dossier, "The last sealer is one that trust.arc_sealers "
			     "names, so its word counts as evidence of a "
			     "forwarder.");
	else if (recorded != NULL && strcmp(recorded, "pass") != 0)
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
	const char *reason = json_get_text(more, "reason");

	dossier_step(dossier, "arc", "ARC: does a forwarder vouch for it?");
	if (dossier_is(dossier->arc, "result", "pass")) {
		say(dossier, "The message carries a valid ARC chain.");
		say_chain(dossier, json_get_text(more, "recorded"));
	} else if (dossier_is(dossier->arc, "result", "fail")) {
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
