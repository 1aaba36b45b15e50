/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge.c - from evidence and policy record to a DMARC result
 *
 * RFC 9989 5.3.4 (alignment), 5.3.5 (pass), 5.3.6 (lookups that failed).
 */
#include "lib/eval/judge.h"

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/dmarc/align.h"
#include "lib/eval/indirect_evidence.h"

/* What a look at the identifiers found. */
struct findings {
	enum alignment spf;
	enum alignment *dkim;	 /* of each signature */
	struct open_lookup open; /* of an identifier that could have aligned */
};

static enum alignment ask(TALLOC_CTX *mem, struct dns_session *session,
			  const struct verdict *verdict, const char *identifier,
			  bool is_strict)
{
	return align_ask(mem, session, verdict->method, verdict->author.domain,
			 verdict->discovery.org_domain, identifier, is_strict);
}

/* Signatures whose alignment can change the outcome are compared first, so
 * that a pile of broken ones never uses up the walks. */
static bool matters(const struct evidence_signature *signature)
{
	return signature->result == AUTH_PASS ||
	       signature->result == AUTH_TEMPERROR ||
	       signature->is_body_changed;
}

/* Only walks that ask DNS count. When they are used up, equal names still
 * align, which needs no walk. */
static enum alignment align_signature(TALLOC_CTX *mem,
				      struct dns_session *session,
				      const struct verdict *verdict,
				      const char *domain, size_t *walked)
{
	size_t before = dns_session_count(session);
	bool is_strict = verdict->discovery.record->is_adkim_strict ||
			 *walked >= LIMIT_IDENTIFIERS_WALKED;
	enum alignment alignment =
	    ask(mem, session, verdict, domain, is_strict);

	if (dns_session_count(session) > before)
		(*walked)++;
	return alignment;
}

static void align_signatures(TALLOC_CTX *mem, struct dns_session *session,
			     const struct verdict *verdict,
			     struct findings *found)
{
	const struct evidence_signatures *dkim = &verdict->evidence.dkim;
	size_t walked = 0;

	found->dkim = mem_array(mem, enum alignment, dkim->count);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < dkim->count; i++) {
			if (matters(&dkim->items[i]) == (round == 0))
				found->dkim[i] = align_signature(
				    mem, session, verdict,
				    dkim->items[i].domain, &walked);
		}
	}
}

/* Of two lookups that stayed open the one earlier in enum lookup_kind is told;
 * of two alike, the first. */
static void note_open(struct open_lookup *open, enum lookup_kind what,
		      const char *domain)
{
	if (open->what == LOOKUP_NONE || what < open->what)
		*open = (struct open_lookup){.what = what, .domain = domain};
}

/* Did this identifier's own lookup, which is `own`, or its alignment's stay
 * open although it might have aligned? */
static void weigh_identifier(const struct verdict *verdict,
			     enum auth_result result, enum alignment alignment,
			     enum lookup_kind own, const char *domain,
			     struct open_lookup *open)
{
	if (result != AUTH_PASS && result != AUTH_TEMPERROR)
		return;
	if (alignment == ALIGNMENT_UNKNOWN)
		note_open(open, LOOKUP_POLICY,
			  verdict->discovery.org_domain == NULL
			      ? verdict->author.domain
			      : domain);
	else if (alignment == ALIGNMENT_YES && result == AUTH_TEMPERROR)
		note_open(open, own, domain);
}

static void weigh_signatures(struct verdict *verdict, struct findings *found,
			     bool *is_aligned)
{
	const struct evidence_signatures *dkim = &verdict->evidence.dkim;

	for (size_t i = 0; i < dkim->count; i++) {
		enum auth_result result = dkim->items[i].result;
		is_aligned[i] = found->dkim[i] == ALIGNMENT_YES;
		if (is_aligned[i] && result == AUTH_PASS)
			verdict->is_dkim_aligned = true;
		if (is_aligned[i] && dkim->items[i].is_body_changed &&
		    dkim->items[i].doubt == DOUBT_NONE)
			verdict->input.indirect = INDIRECT_BODY_CHANGED;
		weigh_identifier(verdict, result, found->dkim[i], LOOKUP_KEY,
				 dkim->items[i].domain, &found->open);
	}
}

static void explain_dkim(TALLOC_CTX *mem, struct strbuf *words,
			 const struct verdict *verdict)
{
	const struct evidence_signatures *dkim = &verdict->evidence.dkim;
	const struct evidence_signature *trace = indirect_signature(verdict);
	const char *passed = NULL;

	for (size_t i = 0; i < dkim->count; i++) {
		if (dkim->items[i].result == AUTH_PASS)
			passed = dkim->items[i].domain;
	}
	if (dkim->count == 0)
		strbuf_add_text(words, ", no DKIM signature");
	else if (passed == NULL)
		strbuf_add_text(words, ", no valid DKIM signature");
	else
		strbuf_printf(
		    words, ", DKIM pass for %s is not aligned (%s)", passed,
		    verdict->discovery.record->is_adkim_strict ? "strict"
							       : "relaxed");
	if (trace != NULL)
		strbuf_printf(words,
			      ", an aligned signature fits the header but "
			      "not the body%s",
			      indirect_doubt_words(mem, trace));
}

/* "SPF pass for other.test is not aligned (strict), no DKIM signature", in
 * words for people. */
static const char *failure_reason(TALLOC_CTX *mem,
				  const struct verdict *verdict)
{
	const struct evidence_spf *spf = &verdict->evidence.spf;
	bool is_strict = verdict->discovery.record->is_aspf_strict;
	struct strbuf words;

	strbuf_init(&words, mem, 1024);
	if (spf->result == AUTH_PASS)
		strbuf_printf(&words, "SPF pass for %s is not aligned (%s)",
			      spf->domain, is_strict ? "strict" : "relaxed");
	else
		strbuf_printf(&words, "SPF %s", auth_result_text(spf->result));
	explain_dkim(mem, &words, verdict);
	return strbuf_text(&words);
}

/* The result once identifiers have been compared. */
static void conclude(TALLOC_CTX *mem, struct verdict *verdict,
		     const struct open_lookup *open)
{
	if (verdict->is_dkim_aligned || verdict->is_spf_aligned) {
		verdict->result = DMARC_RESULT_PASS;
	} else if (open->what != LOOKUP_NONE) {
		verdict->result = DMARC_RESULT_TEMPERROR;
		verdict->open = *open;
		verdict->reason =
		    "a lookup for an identifier that could have aligned did "
		    "not complete";
	} else {
		verdict->result = DMARC_RESULT_FAIL;
		verdict->reason = failure_reason(mem, verdict);
	}
}

static void compare_identifiers(TALLOC_CTX *mem, struct dns_session *session,
				struct verdict *verdict, bool *is_aligned)
{
	const struct evidence_spf *spf = &verdict->evidence.spf;
	struct findings found = {.open = {.what = LOOKUP_NONE}};

	found.spf = ask(mem, session, verdict, spf->domain,
			verdict->discovery.record->is_aspf_strict);
	verdict->is_spf_aligned =
	    spf->result == AUTH_PASS && found.spf == ALIGNMENT_YES;
	weigh_identifier(verdict, spf->result, found.spf, LOOKUP_SPF,
			 spf->domain, &found.open);
	align_signatures(mem, session, verdict, &found);
	verdict->spf_alignment = found.spf;
	verdict->dkim_alignment = found.dkim;
	weigh_signatures(verdict, &found, is_aligned);
	conclude(mem, verdict, &found.open);
}

/* A From that RFC 5322 cannot read is said to be so, whatever the result. */
static void say_malformed(TALLOC_CTX *mem, struct verdict *verdict)
{
	const char *reason = verdict->reason;

	if (verdict->author.is_malformed)
		verdict->reason = mem_printf(
		    mem, "%s%s%s", AUTHOR_MALFORMED_TEXT,
		    reason == NULL ? "" : "; ", reason == NULL ? "" : reason);
}

void judge_alignment(TALLOC_CTX *mem, struct dns_session *session,
		     struct verdict *verdict)
{
	const struct discovery *found = &verdict->discovery;
	bool *is_aligned = mem_array(mem, bool, verdict->evidence.dkim.count);

	verdict->is_aligned = is_aligned;
	verdict->reason = found->comment;
	if (verdict->author.error != AUTHOR_OK) {
		verdict->result = DMARC_RESULT_PERMERROR;
		verdict->reason = author_error_text(verdict->author.error);
	} else if (!found->is_complete) {
		verdict->result = DMARC_RESULT_TEMPERROR;
		verdict->reason = "the policy lookup did not complete";
		note_open(&verdict->open, LOOKUP_POLICY,
			  verdict->author.domain);
	} else if (found->record == NULL) {
		verdict->result = DMARC_RESULT_NONE;
	} else if (!found->record->is_usable) {
		verdict->result = DMARC_RESULT_PERMERROR;
		verdict->reason = found->record->problem;
	} else {
		compare_identifiers(mem, session, verdict, is_aligned);
	}
	say_malformed(mem, verdict);
}
