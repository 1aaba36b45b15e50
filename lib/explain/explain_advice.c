/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_advice.c - what the sender must mend, and what can be done here
 *
 * From the evidence of this one message: which domain to publish, sign or send
 * from. Whether the sender is the author or a forger, the evidence does not
 * tell; that is said too.
 */
#include <string.h>

#include "lib/base/domain.h"
#include "lib/explain/dossier.h"
#include "lib/policy/identity.h"

/* Is it a name that the operator answers for? */
static bool is_in_our_name(const struct dossier *dossier)
{
	return dossier->author != NULL &&
	       identity_is_own(&dossier->today->own, dossier->author);
}

/* "example.com", or "example.com or a name below its organization". */
static const char *aligned_names(const struct dossier *dossier, bool is_strict)
{
	const char *org = dossier->org_domain;

	if (is_strict || org == NULL)
		return dossier->author;
	if (domain_equals(org, dossier->author))
		return mem_printf(dossier->mem, "%s (or a name below it)",
				  dossier->author);
	return mem_printf(dossier->mem, "%s (or %s, or another name below it)",
			  dossier->author, org);
}

/* --- the sender: SPF --- */

static bool is_own_domain(const struct dossier *dossier, const char *domain,
			  bool is_strict)
{
	const char *org = dossier->org_domain;

	if (domain_equals(domain, dossier->author))
		return true;
	return !is_strict && org != NULL &&
	       (domain_equals(domain, org) || domain_is_below(domain, org));
}

/* SPF was checked for a domain of the author's own, and did not pass. */
static void advise_own_spf(struct dossier *dossier, const char *domain)
{
	const char *client = dossier->incident->client_ip;
	const char *term =
	    mem_printf(dossier->mem, "ip%c:%s",
		       strchr(client, ':') == NULL ? '4' : '6', client);

	if (dossier->spf_result == AUTH_NONE)
		say(dossier,
		    "SPF: publish a record at %s that names the server, such "
		    "as \"v=spf1 %s -all\".",
		    domain, term);
	else if (dossier->spf_result == AUTH_PERMERROR)
		say(dossier, "SPF: correct the record of %s (%s).", domain,
		    dossier_text_at(dossier->spf, "reason",
				    "it cannot be evaluated"));
	else if (dossier->spf_result == AUTH_TEMPERROR)
		say(dossier,
		    "SPF: the name servers of %s, and of what its "
		    "record includes, must answer.",
		    domain);
	else
		say(dossier,
		    "SPF: add the server to the record of %s, such as %s "
		    "before its \"all\", or send through a server that the "
		    "record names.",
		    domain, term);
}

static void advise_spf(struct dossier *dossier)
{
	const char *domain = dossier_text(dossier->incident->spf_domain);
	bool is_strict =
	    dossier->record != NULL && dossier->record->is_aspf_strict;

	if (domain != NULL && is_own_domain(dossier, domain, is_strict) &&
	    dossier->spf_result != AUTH_PASS) {
		advise_own_spf(dossier, domain);
		return;
	}
	say(dossier,
	    "SPF: send with an envelope sender (MAIL FROM) at %s%s%s, and let "
	    "the SPF record there name the server %s.",
	    aligned_names(dossier, is_strict),
	    domain == NULL ? "" : " instead of ", domain == NULL ? "" : domain,
	    dossier->incident->client_ip);
}

/* --- the sender: DKIM --- */

/* A signature of the author's own organization that did not pass. */
static void advise_own_signature(struct dossier *dossier,
				 const struct dossier_signature *signature)
{
	const char *domain = signature->domain;
	const char *selector =
	    signature->selector == NULL ? "-" : signature->selector;
	const char *reason =
	    signature->reason == NULL ? "no reason given" : signature->reason;
	const struct recorded_answer *key = recorded_dns_find(
	    &dossier->dns,
	    mem_printf(dossier->mem, "%s._domainkey.%s", selector, domain),
	    "TXT");

	if (key != NULL && key->records.count == 0 && !recorded_is_open(key))
		say(dossier,
		    "DKIM: publish the key of the signature by %s at TXT "
		    "%s._domainkey.%s; there is none.",
		    domain, selector, domain);
	else if (recorded_is_open(key))
		say(dossier,
		    "DKIM: the name servers must answer for TXT "
		    "%s._domainkey.%s.",
		    selector, domain);
	else if (signature->result == AUTH_FAIL)
		say(dossier,
		    "DKIM: the signature by %s (selector %s) does not fit: %s. "
		    "Find what changes the message after it is signed (a "
		    "footer, a gateway, a list), or whether key and selector "
		    "belong together.",
		    domain, selector, reason);
	else
		say(dossier,
		    "DKIM: mend the signature by %s (selector %s): %s.", domain,
		    selector, reason);
}

static void advise_dkim(struct dossier *dossier)
{
	bool is_strict =
	    dossier->record != NULL && dossier->record->is_adkim_strict;
	const char *names = aligned_names(dossier, is_strict);
	const char *passed = NULL;

	for (size_t i = 0; i < dossier->signature_count; i++) {
		const struct dossier_signature *item = &dossier->signatures[i];
		if (item->result == AUTH_PASS)
			passed = item->domain;
		else if (item->domain != NULL &&
			 is_own_domain(dossier, item->domain, is_strict)) {
			advise_own_signature(dossier, item);
			return;
		}
	}
	if (passed != NULL)
		say(dossier,
		    "DKIM: the message is signed well by %s, which is another "
		    "domain; sign it with d=%s as well, and publish that key "
		    "at SELECTOR._domainkey.%s.",
		    passed, names, dossier->author);
	else
		say(dossier,
		    "DKIM: sign the message with d=%s, and publish the key at "
		    "SELECTOR._domainkey.%s.",
		    names, dossier->author);
}

/* --- the sender --- */

static void advise_failed(struct dossier *dossier)
{
	bool is_ours = is_in_our_name(dossier);
	const char *client = dossier->incident->client_ip;

	if (is_ours)
		say(dossier,
		    "%s is a name of yours. If the server %s is yours, or "
		    "sends "
		    "for you, one of these two is enough, and DKIM also "
		    "survives forwarding:",
		    dossier->author, client);
	else
		say(dossier,
		    "If %s knows the server %s, one of these two is enough, "
		    "and DKIM also survives forwarding:",
		    dossier->author, client);
	advise_dkim(dossier);
	advise_spf(dossier);
	say(dossier,
	    "If %s not know that server, somebody forged the name, and there "
	    "is nothing to mend.",
	    is_ours ? "you do"
		    : mem_printf(dossier->mem, "%s does", dossier->author));
}

/* Names what did not answer; reverse DNS has no say in DMARC. */
static void advise_temperror(struct dossier *dossier)
{
	size_t count = 0;

	for (size_t i = 0; i < dossier->dns.count; i++) {
		const struct recorded_answer *answer = &dossier->dns.items[i];
		if (!recorded_is_open(answer))
			continue;
		say(dossier, "The name servers must answer %s %s (it was: %s).",
		    answer->type, answer->name, recorded_status_words(answer));
		count++;
	}
	if (count == 0)
		say(dossier, "The name servers of %s must answer.",
		    dossier->author);
	say(dossier, "The sending server tries again by itself; when DNS "
		     "answers, the message is judged anew.");
}

static void advise_record(struct dossier *dossier)
{
	const struct record *record = dossier->record;
	const char *domain = dossier->policy_domain == NULL
				 ? dossier->author
				 : dossier->policy_domain;
	const char *problem = record == NULL ? NULL : record->problem;

	say(dossier,
	    "The owner of %s must correct the record at TXT _dmarc.%s%s%s.",
	    domain, domain, problem == NULL ? "" : ": ",
	    problem == NULL ? "" : problem);
}

void explain_sender_advice(struct dossier *dossier)
{
	dossier_step(dossier, "sender", "What the sender can mend");
	if (dossier->author == NULL)
		say(dossier, "The sending program must write exactly one From "
			     "field with one address that ends in the "
			     "sender's domain, as in: From: Ann "
			     "<ann@example.com>");
	else if (dossier->result == DMARC_RESULT_FAIL)
		advise_failed(dossier);
	else if (dossier->result == DMARC_RESULT_TEMPERROR)
		advise_temperror(dossier);
	else if (dossier->result == DMARC_RESULT_PERMERROR)
		advise_record(dossier);
	else if (dossier->result == DMARC_RESULT_NONE &&
		 dossier->enforced > DISPOSITION_NONE)
		advise_failed(dossier);
	else if (dossier->result == DMARC_RESULT_NONE)
		say(dossier,
		    "Nothing has to be. Whoever owns %s can protect "
		    "the name by publishing a policy at TXT "
		    "_dmarc.%s.",
		    dossier->author, dossier->author);
	else
		say(dossier, "Nothing: DMARC passed.");
}

/* --- here --- */

/* What of the message an override may name: something that its sender cannot
 * have made up, or else the network. */
static const char *proven_handle(const struct dossier *dossier)
{
	const struct store_incident *incident = dossier->incident;

	for (size_t i = 0; i < dossier->signature_count; i++) {
		const struct dossier_signature *item = &dossier->signatures[i];
		if (item->result == AUTH_PASS && item->domain != NULL)
			return mem_printf(dossier->mem, "dkim = {\"%s\"}",
					  item->domain);
	}
	if (dossier->spf_result == AUTH_PASS)
		return mem_printf(dossier->mem, "spf = {\"%s\"}",
				  incident->spf_domain);
	if (dossier_text(incident->client_name) != NULL)
		return mem_printf(dossier->mem, "host = {\"%s\"}",
				  incident->client_name);
	return mem_printf(dossier->mem,
			  "network = {\"%s\"}; nothing else of it is proven",
			  incident->client_ip);
}

/* An override by what a forger proved, his own domain, would let in all that
 * he writes in this name. */
static bool refuse_for_own(struct dossier *dossier)
{
	const struct explain_today *today = dossier->today;
	bool is_ours = is_in_our_name(dossier);

	if (dossier->author == NULL || dossier->result == DMARC_RESULT_PASS ||
	    !(is_ours || identity_is_own(&today->protected, dossier->author)))
		return false;
	say(dossier,
	    "%s is one of %s, and nothing that passed is of that name: no "
	    "override is offered for what else it proved, since whoever forges "
	    "the name proves as much.",
	    dossier->author, is_ours ? "own.domains" : "protect.names");
	say(dossier, is_ours ? "If the server is yours, or sends for you, let "
			       "it sign or name it in SPF, as said above."
			     : "If the mail is genuine, its sender has to "
			       "mend it, as said above.");
	if (dossier->is_recorded)
		say(dossier,
		    "For a list or forwarder that you know: alignctl review "
		    "allow %s writes one only by what has a past of passing "
		    "here.",
		    dossier->incident->reference);
	return true;
}

/* Where the likeness is no deceit. */
static void advise_known_likeness(struct dossier *dossier)
{
	if (dossier->is_person_name)
		say(dossier, "If that is the person, ask by another way, and "
			     "add the address to the entry of protect.people.");
	else
		say(dossier, "If you know whose it is, and it is fine, put its "
			     "registered name into protect.lookalikes_known.");
}

/* Who registered it proves it as he likes. */
static bool refuse_for_lookalike(struct dossier *dossier)
{
	if (dossier->author == NULL || dossier->lookalike == NULL)
		return false;
	if (dossier->is_person_name)
		say(dossier,
		    "Its From bears the name of %s, and whoever writes a name "
		    "proves his own address: no override is offered.",
		    dossier->lookalike);
	else
		say(dossier,
		    "%s passes for %s, and whoever registered it proves it as "
		    "he likes: no override is offered.",
		    dossier->author, dossier->lookalike);
	advise_known_likeness(dossier);
	return true;
}

/* Of this author alone, as review allow writes it. */
static const char *proven_scope(const struct dossier *dossier)
{
	const char *handle = proven_handle(dossier);

	return dossier->author == NULL
		   ? handle
		   : mem_printf(dossier->mem, "from = {\"%s\"}, %s",
				dossier->author, handle);
}

/* Whoever forges a name proves something too, his own domain or address: what
 * the command asks for then is said before it is typed. */
static void advise_override(struct dossier *dossier)
{
	if (refuse_for_own(dossier) || refuse_for_lookalike(dossier))
		return;
	if (!dossier->is_recorded) {
		say(dossier,
		    "If such mail is wanted: an override for what it proved "
		    "(%s) lets it in; see overrides.conf(5).",
		    proven_scope(dossier));
		say(dossier, "A spoofer proves his own as well: write one only "
			     "for a sender that you know.");
		return;
	}
	say(dossier,
	    "If the mail is wanted: alignctl review allow %s%s writes an "
	    "override for what it proved (%s), with an owner and an end.",
	    dossier->incident->reference,
	    dossier->author == NULL ? " --from-any" : "",
	    proven_handle(dossier));
	say(dossier, "It asks for --i-know where that has no past of passing "
		     "here: a spoofer proves his own as well.");
}

static void advise_tempfail(struct dossier *dossier)
{
	if (dossier->author != NULL)
		say(dossier,
		    "alignctl lookup %s shows whether DNS answers by now; when "
		    "nothing at all answers, the resolver here is at fault.",
		    dossier->author);
	say(dossier, "policy.on_temperror = accept lets such mail in "
		     "unjudged, from everybody.");
}

/* Monitor mode let it in: what enforce mode will want is better done before. */
static void advise_spared(struct dossier *dossier)
{
	say(dossier,
	    "Nothing has to be done. With mode = enforce such mail is acted "
	    "upon (%s).",
	    disposition_text((enum disposition)dossier->enforced));
	if (dossier->enforced == DISPOSITION_TEMPFAIL)
		advise_tempfail(dossier);
	else
		advise_override(dossier);
}

/* Let in by DMARC and by the rules; a reader may be deceived all the same. */
static void advise_likeness(struct dossier *dossier)
{
	say(dossier,
	    "The message was let in, and who reads it may take it for mail of "
	    "%s.",
	    dossier->lookalike);
	advise_known_likeness(dossier);
	say(dossier,
	    "If it is not, warn whom it was sent to: %s tags, holds or refuses "
	    "such mail, where no override lets it in.",
	    dossier->is_person_name ? "policy.on_person_name"
				    : "policy.on_lookalike");
}

static void advise_let_in(struct dossier *dossier)
{
	if (dossier->enforced > DISPOSITION_NONE)
		advise_spared(dossier);
	else if (dossier->lookalike != NULL)
		advise_likeness(dossier);
	else if (dossier->result == DMARC_RESULT_PASS ||
		 dossier->result == DMARC_RESULT_NONE)
		say(dossier, "Nothing has to be done.");
	else
		say(dossier, "Nothing has to be done: the message was let in.");
}

void explain_operator_advice(struct dossier *dossier)
{
	const struct store_incident *incident = dossier->incident;
	int applied = dossier->applied;

	dossier_step(dossier, "operator", "What you can do here");
	if (applied == DISPOSITION_QUARANTINE && dossier->is_recorded &&
	    dossier->is_held)
		say(dossier,
		    "The message waits in the MTA's hold queue as %s: alignctl "
		    "review release %s lets it go on.",
		    dossier_text(incident->queue_id) == NULL
			? "an unknown queue id"
			: incident->queue_id,
		    incident->reference);
	if (applied == DISPOSITION_TEMPFAIL)
		advise_tempfail(dossier);
	else if (applied > DISPOSITION_NONE)
		advise_override(dossier);
	else
		advise_let_in(dossier);
	if (dossier->is_recorded)
		say(dossier,
		    "alignctl review %s shows all that was recorded of it.",
		    incident->reference);
}
