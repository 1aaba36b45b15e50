/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * failure_keeping.c - what a failure report needs of a message, for the store
 * Tested by test_alignctl_report_failures.
 */
#include "lib/app/failure_keeping.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/mail/authres.h"
#include "lib/mail/redact.h"
#include "lib/policy/failure_due.h"

#define RCPT_DOMAINS_SHOWN 10
#define RCPT_LINE_BYTES (LIMIT_DOMAIN_BYTES + 16)

/* --- is one owed? --- */

/* Reports, bounces and automatic answers say so in the header (RFC 6522,
 * RFC 3834); whoever lies about it gets no report, and that is all. */
static bool is_automatic_field(const struct field *field)
{
	struct span name = span_trim(field->name);
	struct span value = span_trim(field->value);

	if (span_equals_nocase(name, "Auto-Submitted"))
		return !span_starts_nocase(value, "no");
	return span_equals_nocase(name, "Content-Type") &&
	       span_starts_nocase(value, "multipart/report");
}

static bool is_automatic(const struct verdict *verdict)
{
	const struct field_list *fields = verdict->kept.fields;

	if (verdict->is_report_mail || verdict->mail_from.is_null)
		return true;
	for (size_t i = 0; i < fields->count; i++) {
		if (is_automatic_field(&fields->items[i]))
			return true;
	}
	return false;
}

/* The signature that a report about DKIM names: one that is aligned before any
 * other; NULL when none failed. */
static const struct evidence_signature *
failed_signature(const struct verdict *verdict)
{
	const struct evidence_signatures *dkim = &verdict->evidence.dkim;
	const struct evidence_signature *found = NULL;

	for (size_t i = 0; i < dkim->count; i++) {
		if (dkim->items[i].result != AUTH_FAIL &&
		    dkim->items[i].result != AUTH_PERMERROR)
			continue;
		if (verdict->is_aligned[i])
			return &dkim->items[i];
		if (found == NULL)
			found = &dkim->items[i];
	}
	return found;
}

static struct failure_facts gather_facts(const struct verdict *verdict)
{
	const struct record *record = verdict->discovery.record;
	const struct evidence_signature *failed = failed_signature(verdict);
	enum auth_result spf = verdict->evidence.spf.result;

	return (struct failure_facts){
	    /* Nobody but a memory names the address. */
	    .is_switched_on = verdict->input.basis != BASIS_REMEMBERED,
	    .has_ruf = record->ruf.count > 0,
	    .is_psd = record->psd == PSD_YES,
	    .is_automatic = is_automatic(verdict),
	    .result = verdict->result,
	    .applied = verdict->decision.applied,
	    .fo = record->fo,
	    .is_dkim_aligned = verdict->is_dkim_aligned,
	    .is_spf_aligned = verdict->is_spf_aligned,
	    .is_signature_failed = failed != NULL,
	    .is_body_changed = failed != NULL && failed->is_body_changed,
	    .is_spf_failed = spf == AUTH_FAIL || spf == AUTH_SOFTFAIL,
	};
}

/* --- what it shows --- */

/* RFC 6591 3.1: the result of one method alone. */
static const char *show_result(TALLOC_CTX *mem, const struct verdict *verdict,
			       enum failure_kind kind, const char *authserv_id)
{
	struct authres *field = authres_new(mem, authserv_id);
	const struct evidence_spf *spf = &verdict->evidence.spf;
	const struct evidence_signature *failed = failed_signature(verdict);

	if (kind == FAILURE_DMARC) {
		authres_add_result(field, "dmarc",
				   dmarc_result_text(verdict->result),
				   verdict->reason);
		authres_add_property(field, "header", "from",
				     verdict->author.domain);
	} else if (kind == FAILURE_SPF) {
		authres_add_result(field, "spf", auth_result_text(spf->result),
				   spf->reason);
		authres_add_property(field, "smtp", "mailfrom", spf->domain);
	} else {
		authres_add_result(field, "dkim",
				   auth_result_text(failed->result),
				   failed->reason);
		authres_add_property(field, "header", "d", failed->domain);
		authres_add_property(field, "header", "s", failed->selector);
	}
	return redact_plain(mem, span_of(authres_text(field)));
}

static const char *show_recipients(TALLOC_CTX *mem,
				   const struct text_list *domains)
{
	struct strbuf out;

	strbuf_init(&out, mem, RCPT_DOMAINS_SHOWN * RCPT_LINE_BYTES);
	for (size_t i = 0; i < domains->count && i < RCPT_DOMAINS_SHOWN; i++)
		strbuf_printf(&out, "<redacted@%s>\n", domains->items[i]);
	return strbuf_text(&out);
}

static bool is_spf_record(const struct dns_record *record)
{
	struct span text = span_make(record->text, record->length);

	return span_starts_nocase(text, "v=spf1") &&
	       (text.length == 6 || text.data[6] == ' ');
}

/* RFC 6591 3.2.4: "txt : DOMAIN : "RECORD"", for each record consulted. */
static void add_spf_records(TALLOC_CTX *mem, struct strbuf *out,
			    const struct dns_question *question)
{
	const struct dns_answer *answer = question->answer;

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_record *record = &answer->records[i];
		if (!is_spf_record(record))
			continue;
		char *text =
		    redact_plain(mem, span_make(record->text, record->length));
		for (char *c = text; *c != '\0'; c++)
			*c = *c == '"' || *c == '\\' ? '?' : *c;
		strbuf_printf(out, "txt : %s : \"%s\"\n",
			      redact_plain(mem, span_of(question->name)), text);
	}
}

static const char *show_spf_records(TALLOC_CTX *mem,
				    const struct verdict *verdict)
{
	struct strbuf out;

	strbuf_init(&out, mem, LIMIT_FAILURE_SPF_BYTES);
	for (size_t i = 0; i < verdict->question_count; i++) {
		if (verdict->questions[i].type == DNS_TXT)
			add_spf_records(mem, &out, &verdict->questions[i]);
	}
	return strbuf_text(&out);
}

static void put_dkim(TALLOC_CTX *mem, struct store_failure *failure,
		     const struct verdict *verdict)
{
	const struct evidence_signature *failed = failed_signature(verdict);

	if (failed == NULL || failed->domain == NULL ||
	    failed->selector == NULL)
		return;
	failure->dkim_domain = failed->domain;
	failure->dkim_selector = failed->selector;
	failure->dkim_identity =
	    failed->identity == NULL || verdict->kept.is_overfull
		? mem_printf(mem, "@%s", failed->domain)
		: redact_text(mem, span_of(failed->identity),
			      &verdict->kept.rcpt_locals);
}

static void put_header(TALLOC_CTX *mem, struct store_failure *failure,
		       const struct verdict *verdict)
{
	const struct kept_header *kept = &verdict->kept;

	failure->header = redact_header(mem, kept->fields, &kept->rcpt_locals);
	for (size_t i = 0; i < kept->fields->count; i++) {
		const struct field *field = &kept->fields->items[i];
		if (!span_equals_nocase(span_trim(field->name), "Subject"))
			continue;
		failure->subject =
		    redact_text(mem, field->value, &kept->rcpt_locals);
		return;
	}
}

/* Of whom there are too many to be looked for, none is shown. */
static const char *show_mail_from(TALLOC_CTX *mem,
				  const struct verdict *verdict)
{
	if (verdict->kept.is_overfull)
		return mem_printf(mem, "<redacted@%s>",
				  verdict->mail_from.domain == NULL
				      ? "invalid"
				      : verdict->mail_from.domain);
	return redact_text(mem, span_of(verdict->mail_from_text),
			   &verdict->kept.rcpt_locals);
}

static void put_texts(TALLOC_CTX *mem, struct store_failure *failure,
		      const struct verdict *verdict)
{
	bool has_records = !verdict->is_spf_aligned;

	failure->mail_from = show_mail_from(mem, verdict);
	failure->rcpt_to = show_recipients(mem, &verdict->rcpt_domains);
	failure->spf_dns = has_records ? show_spf_records(mem, verdict) : "";
	failure->dkim_domain = "";
	failure->dkim_identity = "";
	failure->dkim_selector = "";
	put_dkim(mem, failure, verdict);
	failure->subject = "";
	failure->header = "";
}

void failure_keep(TALLOC_CTX *mem, const struct verdict *verdict,
		  const struct config *config, const char *authserv_id,
		  struct store_entry *entry)
{
	const struct report_settings *settings = &config->report;
	const struct discovery *found = &verdict->discovery;

	if (settings->failure_reports == FAILURES_NO || found->record == NULL ||
	    found->policy_domain == NULL)
		return;
	struct failure_facts facts = gather_facts(verdict);
	enum failure_kind kind = failure_due(&facts);
	if (kind == FAILURE_NONE)
		return;
	entry->has_failure = true;
	entry->failure_limits = (struct store_failure_limits){
	    .per_domain = settings->failures_per_domain,
	    .per_hour = settings->failures_per_hour};
	entry->failure = (struct store_failure){
	    .time_s = verdict->time_s,
	    .reference = verdict->reference,
	    .auth_failure = failure_kind_text(kind),
	    .policy_domain = found->policy_domain,
	    .author_domain = verdict->author.domain,
	    .record = found->record->text,
	    .source_ip = net_address_copy(mem, &verdict->client.address),
	    .identity_alignment = failure_identity_alignment(&facts),
	    .delivery_result = failure_delivery_text(verdict->decision.applied),
	    .authres = show_result(mem, verdict, kind, authserv_id),
	};
	put_texts(mem, &entry->failure, verdict);
	if (settings->failure_reports == FAILURES_REDACTED &&
	    !verdict->kept.is_overfull)
		put_header(mem, &entry->failure, verdict);
}
