/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * present_reply.c - a verdict as an SMTP reply
 *
 * The sender's postmaster reads this text in a bounce: it says what was found,
 * for which domain, and gives the reference to quote.
 */
#include "lib/eval/present.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/policy/reply_text.h"

/* A name that the reply has room for: "...news.example.test". */
static const char *shown_domain(TALLOC_CTX *mem, const char *domain)
{
	const char *rest = domain;

	if (domain == NULL)
		return "unknown";
	while (strlen(rest) > LIMIT_REPLY_DOMAIN && domain_parent(rest) != NULL)
		rest = domain_parent(rest);
	return rest == domain ? domain : mem_printf(mem, "...%s", rest);
}

/* What each placeholder stands for, by enum reply_placeholder. */
struct values {
	const char *texts[REPLY_PLACEHOLDERS];
};

/* A value that does not fit whole is cut. */
static void add_value(struct strbuf *reply, const char *value)
{
	size_t room = reply->max - reply->length;

	if (strlen(value) <= room)
		strbuf_add_text(reply, value);
	else if (room > strlen("..."))
		strbuf_printf(reply, "%.*s...", (int)(room - strlen("...")),
			      value);
}

/* Writes the operator's text with its placeholders filled in. */
static void add_template(struct strbuf *reply, const char *text,
			 const struct values *values)
{
	while (*text != '\0') {
		enum reply_placeholder placeholder;
		size_t length = reply_placeholder_at(text, &placeholder);
		if (length == 0) {
			strbuf_add_char(reply, *text++);
			continue;
		}
		add_value(reply, values->texts[placeholder]);
		text += length;
	}
}

static struct values values_of(TALLOC_CTX *mem, const struct verdict *verdict,
			       const struct policy_settings *policy)
{
	const char *author = verdict->author.domain;
	const char *policy_domain = verdict->discovery.policy_domain;
	char address[NET_ADDRESS_TEXT];
	struct values values = {
	    .texts = {
		[REPLY_DOMAIN] = shown_domain(mem, author),
		[REPLY_POLICY_DOMAIN] = shown_domain(
		    mem, policy_domain == NULL ? author : policy_domain),
		[REPLY_REFERENCE] = verdict->reference,
		[REPLY_REASON] = verdict->reason == NULL ? "" : verdict->reason,
		[REPLY_CLIENT] = mem_strdup(
		    mem, net_address_text(&verdict->client.address, address)),
		[REPLY_CONTACT] = "",
	    }};
	struct strbuf contact;

	/* Last, since a web address in it may hold the reference. */
	strbuf_init(&contact, mem, LIMIT_REPLY_CONTACT);
	add_template(&contact, policy->contact, &values);
	values.texts[REPLY_CONTACT] = strbuf_text(&contact);
	return values;
}

static bool is_any_pass(const struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->dkim.count; i++) {
		if (evidence->dkim.items[i].result == AUTH_PASS)
			return true;
	}
	return evidence->spf.result == AUTH_PASS;
}

/* RFC 7372 3.4: several checks failed, where none at all passed; what passed
 * but vouches for somebody else, or an override refuses, is not authorized. */
static const char *refusal_code(const struct verdict *verdict,
				const struct policy_settings *policy)
{
	if (policy->reply_code[0] != '\0')
		return policy->reply_code;
	if (verdict->input.override.has_match ||
	    is_any_pass(&verdict->evidence))
		return "5.7.1";
	return "5.7.26";
}

/* The built-in words: who asks for the refusal. */
static const char *rejection_words(const struct verdict *verdict)
{
	if (verdict->decision.decided_by == REASON_ON_OWN)
		return "Email rejected: it does not prove to be from";
	if (verdict->decision.decided_by == REASON_ON_LOOKALIKE)
		return "Email rejected: too much like a name that is protected "
		       "here:";
	if (verdict->decision.decided_by == REASON_ON_PERSON_NAME)
		return "Email rejected: its From bears the name of somebody "
		       "here, whose address this is not:";
	if (verdict->decision.decided_by == REASON_ON_UNAUTHENTICATED)
		return "Email rejected: neither SPF nor DKIM passed for mail "
		       "from";
	/* D may have no policy, or pass by it: whoever looks finds none. */
	if (verdict->decision.decided_by == REASON_OVERRIDE)
		return "Email rejected by a rule of this host for mail from";
	return "Email rejected per DMARC policy for";
}

static void add_rejection(struct strbuf *reply, const struct verdict *verdict,
			  const struct policy_settings *policy,
			  const struct values *values)
{
	if (verdict->input.is_uncleanable) {
		strbuf_add_text(reply, UNCLEANABLE_REPLY);
		return;
	}
	if (verdict->author.error != AUTHOR_OK) {
		strbuf_printf(reply,
			      "550 5.6.0 Email rejected: DMARC needs exactly "
			      "one readable author domain in From; found: %s",
			      author_error_text(verdict->author.error));
		return;
	}
	strbuf_printf(reply, "550 %s ", refusal_code(verdict, policy));
	if (policy->reply_text[0] != '\0')
		add_template(reply, policy->reply_text, values);
	else
		strbuf_printf(reply, "%s %s", rejection_words(verdict),
			      values->texts[REPLY_DOMAIN]);
}

/* What failed is told, and for which domain: not always the author's. RFC 9989
 * 7.2 has 4.4.3, RFC 7372 3.2 the code for SPF, RFC 3463 3.8 that of a
 * signature. */
static void add_tempfail(TALLOC_CTX *mem, struct strbuf *reply,
			 const struct verdict *verdict)
{
	const struct open_lookup *open = &verdict->open;
	const char *domain = shown_domain(mem, open->domain);

	if (verdict->input.is_hold_full)
		strbuf_add_text(reply,
				"451 4.3.1 Mail that fails DMARC waits here to "
				"be looked at, and there is no room for more; "
				"try later");
	else if (verdict->decision.decided_by == REASON_SERVE_STALE &&
		 verdict->result == DMARC_RESULT_FAIL)
		strbuf_printf(
		    reply,
		    "451 4.4.3 DNS does not answer for %s, and by its "
		    "last answers this mail fails DMARC; try later",
		    shown_domain(mem, verdict->author.domain));
	else if (open->what == LOOKUP_SPF)
		strbuf_printf(reply,
			      "451 4.7.24 DNS lookup for SPF of %s did not "
			      "complete, try later",
			      domain);
	else if (open->what == LOOKUP_KEY)
		strbuf_printf(reply,
			      "451 4.7.5 Unable to verify signature of %s - "
			      "key server unavailable, try later",
			      domain);
	else
		strbuf_printf(reply,
			      "451 4.4.3 DNS lookup for DMARC policy of %s did "
			      "not complete, try later",
			      domain);
}

/* Does the operator's own text name the contact, in a reply that has it? */
static bool is_contact_placed(const struct verdict *verdict,
			      const struct policy_settings *policy)
{
	return verdict->decision.applied == DISPOSITION_REJECT &&
	       verdict->author.error == AUTHOR_OK &&
	       reply_has(policy->reply_text, REPLY_CONTACT);
}

const char *present_reply(TALLOC_CTX *mem, const struct verdict *verdict,
			  const struct policy_settings *policy)
{
	enum disposition applied = verdict->decision.applied;

	if (applied != DISPOSITION_REJECT && applied != DISPOSITION_TEMPFAIL)
		return NULL;
	struct values values = values_of(mem, verdict, policy);
	const char *reference =
	    mem_printf(mem, " (ref %s)", verdict->reference);
	const char *contact =
	    policy->contact[0] == '\0' || is_contact_placed(verdict, policy)
		? ""
		: mem_printf(mem, " %s", values.texts[REPLY_CONTACT]);
	struct strbuf words;

	/* A template may fill in much; the reference and whom to ask fit all
	 * the same. */
	strbuf_init(&words, mem,
		    LIMIT_REPLY_BYTES - strlen(reference) - strlen(contact));
	if (applied == DISPOSITION_REJECT)
		add_rejection(&words, verdict, policy, &values);
	else
		add_tempfail(mem, &words, verdict);
	if (strstr(strbuf_text(&words), verdict->reference) != NULL)
		reference = "";
	return mem_printf(mem, "%s%s%s", strbuf_text(&words), reference,
			  contact);
}
