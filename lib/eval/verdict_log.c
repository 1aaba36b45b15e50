/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verdict_log.c - a verdict as one log line
 *
 * The key order is fixed; "-" stands for nothing. Every foreign value passes
 * text_escape, blanks included, so a line can be split at blanks.
 */
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/eval/verdict.h"

#define LINE_MAX_BYTES 4096
#define SIGNATURES_SHOWN 5

static const char *clean(TALLOC_CTX *mem, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return "-";
	return text_escape(mem, span_of(value), LIMIT_LOG_VALUE, false);
}

static const char *action_text(const struct verdict *verdict)
{
	if (verdict->skipped != NULL)
		return "skip";
	if (verdict->decision.applied == DISPOSITION_NONE)
		return "accept";
	return disposition_text(verdict->decision.applied);
}

static const char *word(const char *text)
{
	return text == NULL ? "-" : text;
}

static void add_dkim(struct strbuf *line,
		     const struct evidence_signatures *dkim)
{
	if (dkim->count == 0)
		strbuf_add_text(line, " dkim=none");
	for (size_t i = 0; i < dkim->count && i < SIGNATURES_SHOWN; i++)
		strbuf_printf(line, "%s%s/%s", i == 0 ? " dkim=" : ",",
			      auth_result_text(dkim->items[i].result),
			      word(dkim->items[i].domain));
	if (dkim->count > SIGNATURES_SHOWN)
		strbuf_printf(line, ",+%zu", dkim->count - SIGNATURES_SHOWN);
}

static void add_evaluation(TALLOC_CTX *mem, struct strbuf *line,
			   const struct verdict *verdict)
{
	const struct evidence *evidence = &verdict->evidence;
	const struct decision *decision = &verdict->decision;

	strbuf_printf(line, " result=%s from=%s org=%s",
		      dmarc_result_text(verdict->result),
		      word(verdict->author.domain),
		      word(verdict->discovery.org_domain));
	strbuf_printf(line, " spf=%s/%s",
		      auth_result_text(evidence->spf.result),
		      word(evidence->spf.domain));
	add_dkim(line, &evidence->dkim);
	strbuf_printf(line, " arc=%s asked=%s applied=%s override=%s",
		      auth_result_text(evidence->arc.result),
		      word(request_text(decision->asked)),
		      disposition_text(decision->applied),
		      word(override_type_text(decision->override)));
	if (verdict->input.basis != BASIS_ANSWERED)
		strbuf_printf(line, " basis=%s",
			      basis_text(verdict->input.basis));
	if (verdict->lookalike.kind != LOOKALIKE_NONE)
		strbuf_printf(line, " lookalike=%s/%s",
			      lookalike_word(verdict->lookalike.kind),
			      verdict->lookalike.name);
	if (verdict->override_name != NULL)
		strbuf_printf(line, " rule=%s",
			      clean(mem, verdict->override_name));
	if (decision->enforced != decision->applied)
		strbuf_printf(line, " would=%s",
			      disposition_text(decision->enforced));
	if (verdict->author.error != AUTHOR_OK)
		strbuf_printf(
		    line, " malformed=%s",
		    clean(mem, author_error_text(verdict->author.error)));
	if (verdict->author.is_malformed)
		strbuf_add_text(line, " malformed=tolerated");
}

char *verdict_log_line(TALLOC_CTX *mem, const struct verdict *verdict,
		       const char *queue_id)
{
	struct strbuf line;
	char address[NET_ADDRESS_TEXT];

	strbuf_init(&line, mem, LINE_MAX_BYTES);
	strbuf_printf(&line, "%s action=%s", clean(mem, queue_id),
		      action_text(verdict));
	if (verdict->skipped != NULL)
		strbuf_printf(&line, " reason=%s",
			      clean(mem, verdict->skipped));
	else
		add_evaluation(mem, &line, verdict);
	strbuf_printf(&line, " client=%s mfrom=%s",
		      net_address_text(&verdict->client.address, address),
		      verdict->mail_from_text);
	strbuf_printf(&line, " forged=%zu",
		      verdict->forged.count + verdict->forged_tags.count);
	if (verdict->kept_fields > 0)
		strbuf_printf(&line, " kept=%zu", verdict->kept_fields);
	strbuf_printf(&line, " ref=%s ms=%lld",
		      verdict->is_incident ? verdict->reference : "-",
		      (long long)verdict->elapsed_ms);
	return strbuf_text(&line);
}
