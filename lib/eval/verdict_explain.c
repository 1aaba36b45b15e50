/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verdict_explain.c - what the store keeps of a verdict so that it can be
 * explained later, when message, network and configuration are others
 *
 * Only what neither alignctl check's object nor the DNS answers tell. The
 * settings are those that had a say, with their lines of that time.
 * Tested by test_alignctl_explain.
 */
#include "lib/eval/verdict.h"

#include <string.h>

#include "lib/base/json_write.h"
#include "lib/base/limits.h"
#include "lib/eval/indirect_evidence.h"

static void put_client(struct json_writer *json, const struct client *client)
{
	json_write_object(json, "client");
	json_write_text(json, "name", client->name);
	json_write_flag(json, "authenticated", client->user != NULL);
	json_write_text(json, "tls_cipher", client->tls_cipher);
	json_write_end_object(json);
}

static void put_from(struct json_writer *json, const struct verdict *verdict)
{
	json_write_object(json, "from");
	json_write_texts(json, "fields", &verdict->from_fields);
	json_write_flag(json, "malformed", verdict->author.is_malformed);
	json_write_texts(json, "domains", &verdict->author.domains);
	json_write_end_object(json);
}

/* Empty where nothing was compared. */
static void put_alignment(struct json_writer *json,
			  const struct verdict *verdict)
{
	const enum alignment *alignments = verdict->dkim_alignment;
	size_t count = alignments == NULL ? 0 : verdict->evidence.dkim.count;

	json_write_object(json, "alignment");
	if (alignments != NULL) {
		json_write_text(json, "spf",
				alignment_text(verdict->spf_alignment));
		json_write_list(json, "dkim");
	}
	for (size_t i = 0; i < count; i++)
		json_write_text(json, NULL, alignment_text(alignments[i]));
	if (alignments != NULL)
		json_write_end_list(json);
	json_write_end_object(json);
}

static void put_span(TALLOC_CTX *mem, struct json_writer *json, const char *key,
		     struct span text)
{
	json_write_text(
	    json, key,
	    text.length == 0
		? NULL
		: text_escape(mem, text, LIMIT_SPF_TOLD_BYTES, true));
}

static void put_level(TALLOC_CTX *mem, struct json_writer *json,
		      const struct spf_level *level)
{
	json_write_object(json, NULL);
	json_write_text(json, "domain", level->domain);
	put_span(mem, json, "record", level->record);
	put_span(mem, json, "term", level->term);
	json_write_text(json, "mechanism", level->mechanism);
	json_write_end_object(json);
}

static void put_lookup(TALLOC_CTX *mem, struct json_writer *json,
		       const struct spf_lookup *lookup)
{
	json_write_object(json, NULL);
	json_write_text(json, "domain", lookup->domain);
	put_span(mem, json, "term", lookup->term);
	json_write_text(json, "type", lookup->type);
	json_write_text(json, "name", lookup->name);
	json_write_end_object(json);
}

/* Which term decided, and what each of them asked for. */
static void put_spf(TALLOC_CTX *mem, struct json_writer *json,
		    const struct evidence_spf *spf)
{
	json_write_object(json, "spf");
	json_write_list(json, "levels");
	for (size_t i = 0; i < spf->level_count; i++)
		put_level(mem, json, &spf->levels[i]);
	json_write_end_list(json);
	json_write_list(json, "lookups");
	for (size_t i = 0; i < spf->lookup_count; i++)
		put_lookup(mem, json, &spf->lookups[i]);
	json_write_end_list(json);
	json_write_end_object(json);
}

static void put_arc(struct json_writer *json, const struct verdict *verdict)
{
	const struct evidence_arc *arc = &verdict->evidence.arc;

	json_write_object(json, "arc");
	json_write_text(json, "reason", arc->reason);
	json_write_number(json, "oldest_pass", arc->oldest_pass);
	json_write_text(json, "remote_ip", arc->remote_ip);
	if (arc->result == AUTH_PASS)
		json_write_text(json, "recorded",
				indirect_sealer_word(verdict));
	json_write_end_object(json);
}

/* Why the aligned signature that fits the header alone says nothing; nothing
 * where it does, or there is none. */
static void put_doubt(struct json_writer *json, const struct verdict *verdict)
{
	const struct evidence_signature *trace = indirect_signature(verdict);

	if (trace == NULL || trace->doubt == DOUBT_NONE)
		return;
	json_write_object(json, "doubt");
	json_write_text(json, "domain", trace->domain);
	json_write_text(json, "why", header_doubt_text(trace->doubt));
	json_write_text(json, "field", trace->doubted_field);
	json_write_end_object(json);
}

static void put_setting(struct json_writer *json, const struct verdict *verdict,
			const char *name)
{
	const struct setting_origin *origin =
	    settings_origin(verdict->origins, name);

	if (origin == NULL)
		return;
	json_write_object(json, NULL);
	json_write_text(json, "name", origin->name);
	json_write_text(json, "value", origin->value);
	json_write_text(json, "file", origin->file);
	json_write_number(json, "line", origin->line);
	json_write_text(json, "text", origin->text);
	if (origin->by != NULL)
		json_write_text(json, "by", origin->by);
	json_write_end_object(json);
}

/* Was the policy lowered by pct (dmarc.honor_pct), not by t=y? */
static bool is_pct_lowered(const struct decide_input *input, enum request asked)
{
	return !input->is_test_mode && input->pct >= 0 &&
	       input->policy > REQUEST_NONE && asked < input->policy;
}

/* The setting that decided comes first, mode last. */
static void put_settings(struct json_writer *json,
			 const struct verdict *verdict)
{
	const struct decision *decision = &verdict->decision;

	json_write_list(json, "settings");
	if (decision->decided_by != REASON_NONE)
		put_setting(json, verdict,
			    decide_reason_text(decision->decided_by));
	if (is_pct_lowered(&verdict->input, decision->asked))
		put_setting(json, verdict, "dmarc.honor_pct");
	if (decision->enforced == DISPOSITION_QUARANTINE)
		put_setting(json, verdict, "policy.quarantine_action");
	put_setting(json, verdict, "mode");
	json_write_end_list(json);
}

/* Null when no override of the operator's applied. */
static void put_override(struct json_writer *json,
			 const struct verdict *verdict)
{
	const struct override *override = verdict->override;
	char end[OVERRIDE_END_TEXT];

	if (override == NULL) {
		json_write_null(json, "override");
		return;
	}
	json_write_object(json, "override");
	json_write_text(json, "name", override->name);
	json_write_text(json, "action", override_action_text(override->action));
	json_write_text(json, "type", override_type_text(override->reason));
	json_write_text(json, "file", verdict->overrides_path);
	json_write_number(json, "line", override->line);
	json_write_text(json, "owner", override->owner);
	json_write_text(json, "why", override->why);
	json_write_text(json, "until", override_end_text(override, end));
	json_write_end_object(json);
}

void verdict_put_explain(TALLOC_CTX *mem, const struct verdict *verdict,
			 struct json_writer *json)
{
	const struct decision *decision = &verdict->decision;

	json_write_object(json, "explain");
	put_client(json, &verdict->client);
	put_from(json, verdict);
	put_spf(mem, json, &verdict->evidence.spf);
	put_alignment(json, verdict);
	put_arc(json, verdict);
	json_write_text(json, "indirect",
			indirect_text(verdict->input.indirect));
	put_doubt(json, verdict);
	json_write_text(json, "decided_by",
			decide_reason_text(decision->decided_by));
	json_write_text(json, "enforced", disposition_text(decision->enforced));
	put_override(json, verdict);
	if (verdict->rcpt_rules != NULL)
		json_write_value(json, "rcpt_rules", verdict->rcpt_rules);
	put_settings(json, verdict);
	json_write_end_object(json);
}
