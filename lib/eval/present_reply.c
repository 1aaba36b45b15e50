/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * present_reply.c - a verdict as an SMTP reply, and the incident's reference
 *
 * The sender's postmaster reads this text in a bounce: it says what was found,
 * for which domain, and gives the reference to quote.
 */
#include "lib/eval/present.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

static bool is_incident(const struct verdict *verdict)
{
	return verdict->author.error != AUTHOR_OK ||
	       verdict->result == DMARC_RESULT_FAIL ||
	       verdict->result == DMARC_RESULT_TEMPERROR ||
	       verdict->decision.override != OVERRIDE_NONE ||
	       verdict->decision.applied != DISPOSITION_NONE;
}

void present_reference(struct verdict *verdict,
		       const struct random_source *random)
{
	/* No 0, 1, I, O: the reference is read out over the telephone. */
	static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
	uint8_t bytes[8];

	verdict->is_incident = is_incident(verdict);
	if (!verdict->is_incident)
		return;
	random->fill(random, bytes, sizeof bytes);
	for (size_t i = 0; i < sizeof bytes; i++)
		verdict->reference[i + i / 4] = letters[bytes[i] & 31];
	verdict->reference[4] = '-';
	verdict->reference[REFERENCE_TEXT - 1] = '\0';
}

/* Writes the operator's text with {domain} and {reference} filled in. */
static void add_template(struct strbuf *reply, const char *text,
			 const char *domain, const char *reference)
{
	while (*text != '\0') {
		struct span rest = span_of(text);
		if (span_starts_nocase(rest, "{domain}")) {
			strbuf_add_text(reply, domain);
			text += strlen("{domain}");
		} else if (span_starts_nocase(rest, "{reference}")) {
			strbuf_add_text(reply, reference);
			text += strlen("{reference}");
		} else {
			strbuf_add_char(reply, *text++);
		}
	}
}

static void add_rejection(struct strbuf *reply, const struct verdict *verdict,
			  const struct policy_settings *policy)
{
	if (verdict->author.error != AUTHOR_OK) {
		strbuf_printf(reply,
			      "550 5.6.0 Email rejected: DMARC needs exactly "
			      "one readable author domain in From; found: %s",
			      author_error_text(verdict->author.error));
		return;
	}
	strbuf_printf(reply, "550 %s ", policy->reply_code);
	if (policy->reply_text[0] != '\0')
		add_template(reply, policy->reply_text, verdict->author.domain,
			     verdict->reference);
	else
		strbuf_printf(reply, "Email rejected per DMARC policy for %s",
			      verdict->author.domain);
}

/* Did a DKIM key, and not the policy or SPF, stay unanswered? */
static bool is_key_missing(const struct verdict *verdict)
{
	const struct evidence_signatures *dkim = &verdict->evidence.dkim;

	if (!verdict->discovery.is_complete ||
	    verdict->evidence.spf.result == AUTH_TEMPERROR)
		return false;
	for (size_t i = 0; i < dkim->count; i++) {
		if (dkim->items[i].result == AUTH_TEMPERROR)
			return true;
	}
	return false;
}

static void add_tempfail(struct strbuf *reply, const struct verdict *verdict)
{
	const char *domain = verdict->author.domain;

	if (is_key_missing(verdict))
		strbuf_printf(
		    reply,
		    "451 4.7.5 Unable to verify signature for DMARC "
		    "policy of %s - key server unavailable, try later",
		    domain);
	else
		strbuf_printf(reply,
			      "451 4.4.3 DNS lookup for DMARC policy of %s did "
			      "not complete, try later",
			      domain);
}

/* False: accepted, there is no reply. */
static bool add_words(struct strbuf *reply, const struct verdict *verdict,
		      const struct policy_settings *policy)
{
	switch (verdict->decision.applied) {
	case DISPOSITION_REJECT:
		add_rejection(reply, verdict, policy);
		return true;
	case DISPOSITION_TEMPFAIL:
		add_tempfail(reply, verdict);
		return true;
	case DISPOSITION_NONE:
	case DISPOSITION_TAG:
	case DISPOSITION_QUARANTINE:
		break;
	}
	return false;
}

const char *present_reply(TALLOC_CTX *mem, const struct verdict *verdict,
			  const struct policy_settings *policy)
{
	const char *reference =
	    mem_printf(mem, " (ref %s)", verdict->reference);
	const char *contact = policy->contact[0] == '\0'
				  ? ""
				  : mem_printf(mem, " %s", policy->contact);
	struct strbuf words;

	/* A template may name a long domain many times; the reference and whom
	 * to ask fit all the same. */
	strbuf_init(&words, mem,
		    LIMIT_REPLY_BYTES - strlen(reference) - strlen(contact));
	if (!add_words(&words, verdict, policy))
		return NULL;
	if (strstr(strbuf_text(&words), verdict->reference) != NULL)
		reference = "";
	return mem_printf(mem, "%s%s%s", strbuf_text(&words), reference,
			  contact);
}
