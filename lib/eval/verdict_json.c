/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verdict_json.c - a verdict as the object of alignctl check --json
 *
 * Keys are always present, null where there is nothing; other programs rely on
 * them (alignctl(8)).
 * Tested by cases, test_alignctl_check.
 */
#include "lib/base/json_write.h"
#include "lib/eval/verdict.h"

static void put_spf(struct json_writer *json, const struct evidence_spf *spf)
{
	json_write_object(json, "spf");
	json_write_text(json, "result", auth_result_text(spf->result));
	json_write_text(json, "domain", spf->domain);
	json_write_text(json, "scope", spf->is_helo ? "helo" : "mfrom");
	json_write_text(json, "reason", spf->reason);
	json_write_end_object(json);
}

static void put_signature(struct json_writer *json,
			  const struct evidence_signature *signature,
			  bool is_aligned)
{
	json_write_object(json, NULL);
	json_write_text(json, "domain", signature->domain);
	json_write_text(json, "selector", signature->selector);
	json_write_text(json, "algorithm", signature->algorithm);
	if (signature->key_bits == 0)
		json_write_null(json, "key_bits");
	else
		json_write_number(json, "key_bits", signature->key_bits);
	json_write_text(json, "result", auth_result_text(signature->result));
	json_write_text(json, "reason", signature->reason);
	json_write_flag(json, "aligned", is_aligned);
	json_write_end_object(json);
}

static void put_signatures(struct json_writer *json, const char *key,
			   const struct verdict *verdict)
{
	const struct evidence_signatures *dkim = &verdict->evidence.dkim;

	json_write_list(json, key);
	for (size_t i = 0; i < dkim->count; i++)
		put_signature(json, &dkim->items[i], verdict->is_aligned[i]);
	json_write_end_list(json);
}

const char *verdict_dkim_json(TALLOC_CTX *mem, const struct verdict *verdict)
{
	struct json_writer json;

	json_write_begin(&json, mem);
	put_signatures(&json, NULL, verdict);
	return json_write_done(&json);
}

/* `recorded` NULL: without that member. */
static void put_arc(struct json_writer *json, const char *key,
		    const struct evidence_arc *arc, const char *recorded)
{
	json_write_object(json, key);
	json_write_text(json, "result", auth_result_text(arc->result));
	json_write_list(json, "sealers");
	for (size_t i = 0; i < arc->count; i++)
		json_write_text(json, NULL, arc->sealers[i].domain);
	json_write_end_list(json);
	if (recorded != NULL)
		json_write_text(json, "recorded", recorded);
	json_write_end_object(json);
}

const char *verdict_arc_json(TALLOC_CTX *mem, const struct verdict *verdict,
			     const char *recorded)
{
	struct json_writer json;

	json_write_begin(&json, mem);
	put_arc(&json, NULL, &verdict->evidence.arc, recorded);
	return json_write_done(&json);
}

static void put_iprev(struct json_writer *json,
		      const struct evidence_iprev *iprev)
{
	json_write_object(json, "iprev");
	json_write_text(json, "result",
			iprev->result == AUTH_NONE
			    ? NULL
			    : auth_result_text(iprev->result));
	json_write_text(json, "name", iprev->name);
	json_write_end_object(json);
}

/* The tags in force, for a record that can be used. */
static void put_tags(struct json_writer *json, const struct record *record)
{
	json_write_text(json, "p", request_text(record->p));
	json_write_text(json, "sp", request_text(record->sp));
	json_write_text(json, "np", request_text(record->np));
	json_write_text(json, "adkim", record->is_adkim_strict ? "s" : "r");
	json_write_text(json, "aspf", record->is_aspf_strict ? "s" : "r");
	json_write_text(json, "t", record->is_test_mode ? "y" : "n");
	json_write_text(json, "psd", psd_text(record->psd));
}

static void put_no_tags(struct json_writer *json)
{
	static const char *const keys[] = {"p",	   "sp", "np", "adkim",
					   "aspf", "t",	 "psd"};

	for (size_t i = 0; i < COUNT_OF(keys); i++)
		json_write_null(json, keys[i]);
}

void verdict_put_policy(struct json_writer *json, const struct discovery *found,
			enum tree_method method, enum request asked)
{
	const struct record *record = found == NULL ? NULL : found->record;

	json_write_text(json, "policy_domain",
			found == NULL ? NULL : found->policy_domain);
	json_write_text(json, "org_domain",
			found == NULL ? NULL : found->org_domain);
	json_write_text(json, "discovery",
			found == NULL ? NULL : tree_method_text(method));
	json_write_text(json, "record", record == NULL ? NULL : record->text);
	if (record != NULL && record->is_usable)
		put_tags(json, record);
	else
		put_no_tags(json);
	json_write_text(json, "asked", request_text(asked));
}

static void put_dmarc(struct json_writer *json, const struct verdict *verdict)
{
	bool has_author = verdict->author.error == AUTHOR_OK;

	json_write_object(json, "dmarc");
	json_write_text(json, "result", dmarc_result_text(verdict->result));
	verdict_put_policy(json, has_author ? &verdict->discovery : NULL,
			   verdict->method, verdict->decision.asked);
	json_write_flag(json, "dkim_aligned", verdict->is_dkim_aligned);
	json_write_flag(json, "spf_aligned", verdict->is_spf_aligned);
	json_write_text(json, "reason", verdict->reason);
	json_write_text(json, "basis",
			verdict->input.basis == BASIS_ANSWERED
			    ? NULL
			    : basis_text(verdict->input.basis));
	json_write_end_object(json);
}

/* null where it looks like nobody of ours. */
static void put_lookalike(struct json_writer *json,
			  const struct lookalike *lookalike)
{
	if (lookalike->kind == LOOKALIKE_NONE) {
		json_write_null(json, "lookalike");
		return;
	}
	json_write_object(json, "lookalike");
	json_write_text(json, "kind", lookalike_word(lookalike->kind));
	json_write_text(json, "name", lookalike->name);
	json_write_end_object(json);
}

static void put_override(struct json_writer *json,
			 const struct verdict *verdict)
{
	enum override_type type = verdict->decision.override;

	if (type == OVERRIDE_NONE) {
		json_write_null(json, "override");
		return;
	}
	json_write_object(json, "override");
	json_write_text(json, "type", override_type_text(type));
	json_write_text(json, "comment", verdict->comment);
	json_write_end_object(json);
}

static void put_decision(struct json_writer *json,
			 const struct verdict *verdict)
{
	json_write_object(json, "verdict");
	json_write_text(json, "applied",
			disposition_text(verdict->decision.applied));
	put_override(json, verdict);
	json_write_text(json, "reply", verdict->reply);
	json_write_text(json, "reference",
			verdict->is_incident ? verdict->reference : NULL);
	json_write_end_object(json);
}

/* A folded field as one line: the folds' line ends go, their blanks stay. */
static const char *unfolded(TALLOC_CTX *mem, const char *value)
{
	char *line = mem_strdup(mem, value);
	char *end = line;

	for (const char *at = line; *at != '\0'; at++) {
		if (*at != '\n')
			*end++ = *at == '\t' ? ' ' : *at;
	}
	*end = '\0';
	return line;
}

static void put_headers(TALLOC_CTX *mem, struct json_writer *json,
			const struct verdict *verdict)
{
	json_write_list(json, "headers");
	if (verdict->header != NULL)
		json_write_text(json, NULL,
				mem_printf(mem, "Authentication-Results:%s",
					   unfolded(mem, verdict->header)));
	json_write_end_list(json);
}

void verdict_put_json(TALLOC_CTX *mem, const struct verdict *verdict,
		      struct json_writer *json)
{
	json_write_text(json, "author_domain", verdict->author.domain);
	json_write_text(json, "author_error",
			author_error_text(verdict->author.error));
	put_spf(json, &verdict->evidence.spf);
	put_signatures(json, "dkim", verdict);
	put_arc(json, "arc", &verdict->evidence.arc, NULL);
	put_iprev(json, &verdict->evidence.iprev);
	put_dmarc(json, verdict);
	put_lookalike(json, &verdict->lookalike);
	put_decision(json, verdict);
	put_headers(mem, json, verdict);
}

const char *verdict_json(TALLOC_CTX *mem, const struct verdict *verdict)
{
	struct json_writer json;

	json_write_begin(&json, mem);
	json_write_object(&json, NULL);
	verdict_put_json(mem, verdict, &json);
	json_write_end_object(&json);
	return json_write_done(&json);
}
