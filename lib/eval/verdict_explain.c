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

#include "lib/base/limits.h"
#include "lib/eval/indirect_evidence.h"

static struct json *client_json(TALLOC_CTX *mem, const struct verdict *verdict)
{
	const struct client *client = &verdict->client;
	struct json *child = json_new_object(mem);

	json_put_text(child, "name", client->name);
	json_put_flag(child, "authenticated", client->user != NULL);
	json_put_text(child, "tls_cipher", client->tls_cipher);
	return child;
}

static struct json *from_json(TALLOC_CTX *mem, const struct verdict *verdict)
{
	struct json *child = json_new_object(mem);

	json_put(child, "fields", json_new_texts(mem, &verdict->from_fields));
	json_put_flag(child, "malformed", verdict->author.is_malformed);
	json_put(child, "domains",
		 json_new_texts(mem, &verdict->author.domains));
	return child;
}

/* Empty where nothing was compared. */
static struct json *alignment_json(TALLOC_CTX *mem,
				   const struct verdict *verdict)
{
	const enum alignment *alignments = verdict->dkim_alignment;
	size_t count = verdict->evidence.dkim.count;
	struct json *child = json_new_object(mem);
	struct json *dkim = json_new_array(mem);

	if (alignments == NULL)
		return child;
	for (size_t i = 0; i < count; i++)
		json_add_text(dkim, alignment_text(alignments[i]));
	json_put_text(child, "spf", alignment_text(verdict->spf_alignment));
	json_put(child, "dkim", dkim);
	return child;
}

static void put_span(TALLOC_CTX *mem, struct json *object, const char *key,
		     struct span text)
{
	json_put_text(object, key,
		      text.length == 0
			  ? NULL
			  : text_escape(mem, text, LIMIT_SPF_TOLD_BYTES, true));
}

static struct json *level_json(TALLOC_CTX *mem, const struct spf_level *level)
{
	struct json *child = json_new_object(mem);

	json_put_text(child, "domain", level->domain);
	put_span(mem, child, "record", level->record);
	put_span(mem, child, "term", level->term);
	json_put_text(child, "mechanism", level->mechanism);
	return child;
}

static struct json *lookup_json(TALLOC_CTX *mem,
				const struct spf_lookup *lookup)
{
	struct json *child = json_new_object(mem);

	json_put_text(child, "domain", lookup->domain);
	put_span(mem, child, "term", lookup->term);
	json_put_text(child, "type", lookup->type);
	json_put_text(child, "name", lookup->name);
	return child;
}

/* Which term decided, and what each of them asked for. */
static struct json *spf_json(TALLOC_CTX *mem, const struct verdict *verdict)
{
	const struct evidence_spf *spf = &verdict->evidence.spf;
	struct json *child = json_new_object(mem);
	struct json *levels = json_new_array(mem);
	struct json *lookups = json_new_array(mem);

	for (size_t i = 0; i < spf->level_count; i++)
		json_add(levels, level_json(mem, &spf->levels[i]));
	for (size_t i = 0; i < spf->lookup_count; i++)
		json_add(lookups, lookup_json(mem, &spf->lookups[i]));
	json_put(child, "levels", levels);
	json_put(child, "lookups", lookups);
	return child;
}

static struct json *arc_json(TALLOC_CTX *mem, const struct verdict *verdict)
{
	const struct evidence_arc *arc = &verdict->evidence.arc;
	struct json *child = json_new_object(mem);

	json_put_text(child, "reason", arc->reason);
	json_put_number(child, "oldest_pass", arc->oldest_pass);
	json_put_text(child, "remote_ip", arc->remote_ip);
	if (arc->result == AUTH_PASS)
		json_put_text(child, "recorded", indirect_sealer_word(verdict));
	return child;
}

/* Why the aligned signature that fits the header alone says nothing; nothing
 * where it does, or there is none. */
static void put_doubt(TALLOC_CTX *mem, const struct verdict *verdict,
		      struct json *object)
{
	const struct evidence_signature *trace = indirect_signature(verdict);
	struct json *child = json_new_object(mem);

	if (trace == NULL || trace->doubt == DOUBT_NONE)
		return;
	json_put_text(child, "domain", trace->domain);
	json_put_text(child, "why", header_doubt_text(trace->doubt));
	json_put_text(child, "field", trace->doubted_field);
	json_put(object, "doubt", child);
}

static struct json *setting_json(TALLOC_CTX *mem,
				 const struct setting_origin *origin)
{
	struct json *child = json_new_object(mem);

	json_put_text(child, "name", origin->name);
	json_put_text(child, "value", origin->value);
	json_put_text(child, "file", origin->file);
	json_put_number(child, "line", origin->line);
	json_put_text(child, "text", origin->text);
	if (origin->by != NULL)
		json_put_text(child, "by", origin->by);
	return child;
}

static void add_setting(TALLOC_CTX *mem, struct json *list,
			const struct verdict *verdict, const char *name)
{
	const struct setting_origin *origin =
	    settings_origin(verdict->origins, name);

	if (origin != NULL)
		json_add(list, setting_json(mem, origin));
}

/* Was the policy lowered by pct (dmarc.honor_pct), not by t=y? */
static bool is_pct_lowered(const struct decide_input *input, enum request asked)
{
	return !input->is_test_mode && input->pct >= 0 &&
	       input->policy > REQUEST_NONE && asked < input->policy;
}

/* The setting that decided comes first, mode last. */
static struct json *settings_json(TALLOC_CTX *mem,
				  const struct verdict *verdict)
{
	const struct decision *decision = &verdict->decision;
	struct json *list = json_new_array(mem);

	if (decision->decided_by != REASON_NONE)
		add_setting(mem, list, verdict,
			    decide_reason_text(decision->decided_by));
	if (is_pct_lowered(&verdict->input, decision->asked))
		add_setting(mem, list, verdict, "dmarc.honor_pct");
	if (decision->enforced == DISPOSITION_QUARANTINE)
		add_setting(mem, list, verdict, "policy.quarantine_action");
	add_setting(mem, list, verdict, "mode");
	return list;
}

/* Null when no override of the operator's applied. */
static void put_override(TALLOC_CTX *mem, const struct verdict *verdict,
			 struct json *object)
{
	const struct override *override = verdict->override;
	struct json *child = json_new_object(mem);
	char end[OVERRIDE_END_TEXT];

	if (override == NULL) {
		json_put_null(object, "override");
		return;
	}
	json_put_text(child, "name", override->name);
	json_put_text(child, "action", override_action_text(override->action));
	json_put_text(child, "type", override_type_text(override->reason));
	json_put_text(child, "file", verdict->overrides_path);
	json_put_number(child, "line", override->line);
	json_put_text(child, "owner", override->owner);
	json_put_text(child, "why", override->why);
	json_put_text(child, "until", override_end_text(override, end));
	json_put(object, "override", child);
}

struct json *verdict_explain_json(TALLOC_CTX *mem,
				  const struct verdict *verdict)
{
	const struct decision *decision = &verdict->decision;
	struct json *object = json_new_object(mem);

	json_put(object, "client", client_json(mem, verdict));
	json_put(object, "from", from_json(mem, verdict));
	json_put(object, "spf", spf_json(mem, verdict));
	json_put(object, "alignment", alignment_json(mem, verdict));
	json_put(object, "arc", arc_json(mem, verdict));
	json_put_text(object, "indirect",
		      indirect_text(verdict->input.indirect));
	put_doubt(mem, verdict, object);
	json_put_text(object, "decided_by",
		      decide_reason_text(decision->decided_by));
	json_put_text(object, "enforced", disposition_text(decision->enforced));
	put_override(mem, verdict, object);
	if (verdict->rcpt_rules != NULL)
		json_put(object, "rcpt_rules",
			 json_read(mem, verdict->rcpt_rules));
	json_put(object, "settings", settings_json(mem, verdict));
	return object;
}
