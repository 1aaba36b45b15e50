/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record_keeping.c - a verdict as the store's rows
 *
 * Nothing of a recipient but the domain is kept, and nothing of the body. What
 * a stranger can make long is cut to its share of LIMIT_INCIDENT_BYTES, and
 * says so; the log line is whole.
 */
#include "lib/app/record_keeping.h"

#include <string.h>

#include "lib/base/json.h"
#include "lib/base/json_write.h"
#include "lib/base/limits.h"
#include "lib/eval/indirect_evidence.h"
#include "lib/mail/display_name.h"

static const char *or_empty(const char *value)
{
	return value == NULL ? "" : value;
}

/* Foreign text, made printable and bounded. */
static const char *clean_text(TALLOC_CTX *mem, const char *value)
{
	return value == NULL ? ""
			     : text_escape(mem, span_of(value),
					   LIMIT_ADDRESS_BYTES, true);
}

/* Likewise what is one word of the MTA's. */
static const char *clean_word(TALLOC_CTX *mem, const char *value)
{
	return value == NULL
		   ? ""
		   : text_escape(mem, span_of(value), LIMIT_WORD_KEPT, true);
}

static const char *cut_text(TALLOC_CTX *mem, const char *value, size_t max)
{
	return value == NULL ? "" : json_cut(mem, value, strlen(value), max);
}

static int existence_number(enum existence existence)
{
	if (existence == EXISTENCE_UNASKED)
		return -1;
	return existence == EXISTENCE_YES ? 1 : 0;
}

static void put_identifiers(struct store_tuple *tuple,
			    const struct verdict *verdict)
{
	const struct evidence_spf *spf = &verdict->evidence.spf;

	tuple->mail_from_domain = or_empty(verdict->mail_from.domain);
	tuple->spf_result = auth_result_text(spf->result);
	tuple->spf_domain = or_empty(spf->domain);
	tuple->spf_scope = spf->is_helo ? "helo" : "mfrom";
	tuple->is_dkim_aligned = verdict->is_dkim_aligned;
	tuple->is_spf_aligned = verdict->is_spf_aligned;
}

/* Also what a trusted chain outdoes: without the trust it would count. And why
 * a header that fits does not count: "none old". */
static const char *indirect_words(TALLOC_CTX *mem,
				  const struct verdict *verdict)
{
	const struct evidence_signature *trace = indirect_signature(verdict);
	const char *counts = indirect_text(verdict->input.indirect);

	if (trace == NULL || verdict->input.indirect == INDIRECT_BODY_CHANGED)
		return counts;
	return mem_printf(mem, "%s %s", counts,
			  trace->doubt == DOUBT_NONE
			      ? indirect_text(INDIRECT_BODY_CHANGED)
			      : header_doubt_text(trace->doubt));
}

static void put_decision(TALLOC_CTX *mem, struct store_tuple *tuple,
			 const struct verdict *verdict)
{
	const struct decision *decision = &verdict->decision;

	tuple->dmarc_result = dmarc_result_text(verdict->result);
	tuple->indirect = indirect_words(mem, verdict);
	tuple->is_known_path = verdict->input.is_known_path;
	tuple->is_to_postmaster = verdict->is_to_postmaster;
	tuple->rcpt_rules = or_empty(verdict->rcpt_rules);
	tuple->policy = or_empty(request_text(verdict->input.policy));
	tuple->asked = or_empty(request_text(decision->asked));
	tuple->applied = disposition_text(decision->applied);
	tuple->override_type = or_empty(override_type_text(decision->override));
	tuple->override_comment = or_empty(verdict->comment);
	tuple->rests_on = basis_text(verdict->input.basis);
}

/* With what the last sealer recorded, which a replay asks for. */
static const char *write_arc(TALLOC_CTX *mem, const struct verdict *verdict)
{
	bool is_pass = verdict->evidence.arc.result == AUTH_PASS;

	return verdict_arc_json(mem, verdict,
				is_pass ? indirect_sealer_word(verdict) : NULL);
}

static const char *lookalike_words(TALLOC_CTX *mem,
				   const struct lookalike *lookalike)
{
	if (lookalike->kind == LOOKALIKE_NONE)
		return "";
	return mem_printf(mem, "%s %s", lookalike_word(lookalike->kind),
			  lookalike->name);
}

static struct store_tuple make_tuple(TALLOC_CTX *mem,
				     const struct verdict *verdict)
{
	const struct discovery *found = &verdict->discovery;
	struct store_tuple tuple = {
	    .author_domain = or_empty(verdict->author.domain),
	    .author_error = or_empty(author_error_text(verdict->author.error)),
	    .policy_domain = or_empty(found->policy_domain),
	    .org_domain = or_empty(found->org_domain),
	    .discovery = tree_method_text(verdict->method),
	    .record = found->record == NULL ? "" : found->record->text,
	    .author_exists = existence_number(found->author_exists),
	    .client_ip = net_address_copy(mem, &verdict->client.address),
	    .client_name = or_empty(verdict->evidence.iprev.name),
	    .iprev = auth_result_text(verdict->evidence.iprev.result),
	    .dkim = verdict_dkim_json(mem, verdict),
	    .arc = write_arc(mem, verdict),
	    .lookalike = lookalike_words(mem, &verdict->lookalike),
	    .tls_version = clean_word(mem, verdict->client.tls_version),
	    .is_report_mail = verdict->is_report_mail,
	};

	put_identifiers(&tuple, verdict);
	put_decision(mem, &tuple, verdict);
	return tuple;
}

static const char *write_domains(TALLOC_CTX *mem, const struct text_list *list)
{
	struct json_writer json;

	json_write_begin(&json, mem);
	json_write_texts(&json, NULL, list);
	return json_within(mem, json_write_done(&json), LIMIT_RECIPIENTS_KEPT);
}

static const char *write_verdict(TALLOC_CTX *mem, const struct verdict *verdict)
{
	struct json_writer json;

	json_write_begin(&json, mem);
	json_write_object(&json, NULL);
	verdict_put_json(mem, verdict, &json);
	verdict_put_explain(mem, verdict, &json);
	json_write_end_object(&json);
	return json_within(mem, json_write_done(&json), LIMIT_VERDICT_KEPT);
}

/* What one incident adds to its tuple. */
static struct store_incident make_incident(TALLOC_CTX *mem,
					   const struct verdict *verdict,
					   const struct store_tuple *tuple,
					   const char *queue_id,
					   const char *host)
{
	return (struct store_incident){
	    .reference = verdict->reference,
	    .time_s = verdict->time_s,
	    .queue_id = clean_word(mem, queue_id),
	    .host = or_empty(host),
	    .client_ip = tuple->client_ip,
	    .client_name = tuple->client_name,
	    .helo = clean_text(mem, verdict->client.helo),
	    .mail_from = verdict->mail_from_text,
	    .author_domain = tuple->author_domain,
	    .author_error = tuple->author_error,
	    .policy_domain = tuple->policy_domain,
	    .spf_result = tuple->spf_result,
	    .spf_domain = tuple->spf_domain,
	    /* The tuple has all of them, since reports do. */
	    .dkim = json_within(mem, tuple->dkim, LIMIT_SIGNATURES_KEPT),
	    .dmarc_result = tuple->dmarc_result,
	    .asked = tuple->asked,
	    .applied = tuple->applied,
	    .override_type = tuple->override_type,
	    .override_comment = tuple->override_comment,
	    .reason = cut_text(mem, verdict->reason, LIMIT_REASON_KEPT),
	    .reply = or_empty(verdict->reply),
	    .rcpt_domains = write_domains(mem, &verdict->rcpt_domains),
	    .tls_version = tuple->tls_version,
	    .verdict = write_verdict(mem, verdict),
	    .queries =
		questions_json(mem, verdict->questions, verdict->question_count,
			       LIMIT_ANSWERS_KEPT),
	    .indirect = indirect_text(verdict->input.indirect),
	    .list_id = or_empty(verdict->list_id),
	};
}

struct store_incident record_incident(TALLOC_CTX *mem,
				      const struct verdict *verdict)
{
	struct store_tuple tuple = make_tuple(mem, verdict);

	return make_incident(mem, verdict, &tuple, NULL, NULL);
}

/* What stands in From or MAIL FROM, if it may be an address: what is looked for is
 * compared with it, no more. */
static const char *found_by(TALLOC_CTX *mem, struct span text)
{
	if (text.length > LIMIT_ADDRESS_BYTES || !text_is_graphic(text) ||
	    memchr(text.data, '@', text.length) == NULL)
		return "";
	char *address = mem_strndup(mem, text.data, text.length);
	text_lower(address);
	return address;
}

/* By which addresses people look for it: the first that a reader saw, and the
 * envelope's. */
static void put_addresses(TALLOC_CTX *mem, const struct verdict *verdict,
			  struct store_entry *entry)
{
	const struct text_list *fields = &verdict->from_fields;
	struct span from =
	    fields->count == 0 ? span_of("")
			       : display_mailbox(span_of(fields->items[0]));

	entry->from_address = found_by(mem, from);
	entry->sender_address =
	    found_by(mem, display_mailbox(
			      span_of(or_empty(verdict->mail_from_text))));
	if (strcmp(entry->from_address, entry->sender_address) == 0)
		entry->sender_address = "";
}

static struct store_remembered remembered_of(const struct dns_memory_row *row)
{
	return (struct store_remembered){
	    .policy_domain = row->domain,
	    .days = row->days,
	    .last_day = row->last_day,
	    .gone = or_empty(row->gone),
	    .answers = span_make((const char *)row->bytes, row->length),
	};
}

struct store_entry record_entry(TALLOC_CTX *mem, const struct verdict *verdict,
				const char *queue_id, const char *host)
{
	struct store_entry entry = {
	    .time_s = verdict->time_s,
	    .tuple = make_tuple(mem, verdict),
	    .has_incident = verdict->is_incident && !verdict->is_counted,
	    .is_counted = verdict->is_counted,
	};

	entry.has_remembered = verdict->is_to_remember;
	if (entry.has_remembered)
		entry.remembered = remembered_of(&verdict->remembered);
	if (entry.has_incident) {
		entry.incident =
		    make_incident(mem, verdict, &entry.tuple, queue_id, host);
		put_addresses(mem, verdict, &entry);
	}
	return entry;
}
