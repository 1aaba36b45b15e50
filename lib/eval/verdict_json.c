/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verdict_json.c - a verdict as the object of alignctl check --json
 *
 * Keys are always present, null where there is nothing; other programs rely on
 * them (alignctl(8)).
 * Tested by cases, test_alignctl_check.
 */
#include "lib/eval/verdict.h"

static void put_spf(TALLOC_CTX *mem, const struct evidence_spf *spf,
		    struct json *object)
{
	struct json *child = json_new_object(mem);

	json_put_text(child, "result", auth_result_text(spf->result));
	json_put_text(child, "domain", spf->domain);
	json_put_text(child, "scope", spf->is_helo ? "helo" : "mfrom");
	json_put_text(child, "reason", spf->reason);
	json_put(object, "spf", child);
}

static struct json *signature_json(TALLOC_CTX *mem,
				   const struct evidence_signature *signature,
				   bool is_aligned)
{
	struct json *child = json_new_object(mem);

	json_put_text(child, "domain", signature->domain);
	json_put_text(child, "selector", signature->selector);
	json_put_text(child, "algorithm", signature->algorithm);
	if (signature->key_bits == 0)
		json_put_null(child, "key_bits");
	else
		json_put_number(child, "key_bits", signature->key_bits);
	json_put_text(child, "result", auth_result_text(signature->result));
	json_put_text(child, "reason", signature->reason);
	json_put_flag(child, "aligned", is_aligned);
	return child;
}

struct json *verdict_dkim_json(TALLOC_CTX *mem, const struct verdict *verdict)
{
	const struct evidence_signatures *dkim = &verdict->evidence.dkim;
	struct json *list = json_new_array(mem);

	for (size_t i = 0; i < dkim->count; i++)
		json_add(list, signature_json(mem, &dkim->items[i],
					      verdict->is_aligned[i]));
	return list;
}

struct json *verdict_arc_json(TALLOC_CTX *mem, const struct verdict *verdict)
{
	const struct evidence_arc *arc = &verdict->evidence.arc;
	struct json *child = json_new_object(mem);
	struct json *sealers = json_new_array(mem);

	for (size_t i = 0; i < arc->count; i++)
		json_add_text(sealers, arc->sealers[i].domain);
	json_put_text(child, "result", auth_result_text(arc->result));
	json_put(child, "sealers", sealers);
	return child;
}

static void put_iprev(TALLOC_CTX *mem, const struct evidence_iprev *iprev,
		      struct json *object)
{
	struct json *child = json_new_object(mem);

	json_put_text(child, "result",
		      iprev->result == AUTH_NONE
			  ? NULL
			  : auth_result_text(iprev->result));
	json_put_text(child, "name", iprev->name);
	json_put(object, "iprev", child);
}

/* The tags in force, for a record that can be used. */
static void put_tags(struct json *object, const struct record *record)
{
	json_put_text(object, "p", request_text(record->p));
	json_put_text(object, "sp", request_text(record->sp));
	json_put_text(object, "np", request_text(record->np));
	json_put_text(object, "adkim", record->is_adkim_strict ? "s" : "r");
	json_put_text(object, "aspf", record->is_aspf_strict ? "s" : "r");
	json_put_text(object, "t", record->is_test_mode ? "y" : "n");
	json_put_text(object, "psd", psd_text(record->psd));
}

static void put_no_tags(struct json *object)
{
	static const char *const keys[] = {"p",	   "sp", "np", "adkim",
					   "aspf", "t",	 "psd"};

	for (size_t i = 0; i < COUNT_OF(keys); i++)
		json_put_null(object, keys[i]);
}

void verdict_put_policy(struct json *object, const struct discovery *found,
			enum tree_method method, enum request asked)
{
	const struct record *record = found == NULL ? NULL : found->record;

	json_put_text(object, "policy_domain",
		      found == NULL ? NULL : found->policy_domain);
	json_put_text(object, "org_domain",
		      found == NULL ? NULL : found->org_domain);
	json_put_text(object, "discovery",
		      found == NULL ? NULL : tree_method_text(method));
	json_put_text(object, "record", record == NULL ? NULL : record->text);
	if (record != NULL && record->is_usable)
		put_tags(object, record);
	else
		put_no_tags(object);
	json_put_text(object, "asked", request_text(asked));
}

static void put_dmarc(TALLOC_CTX *mem, const struct verdict *verdict,
		      struct json *object)
{
	struct json *child = json_new_object(mem);
	bool has_author = verdict->author.error == AUTHOR_OK;

	json_put_text(child, "result", dmarc_result_text(verdict->result));
	verdict_put_policy(child, has_author ? &verdict->discovery : NULL,
			   verdict->method, verdict->decision.asked);
	json_put_flag(child, "dkim_aligned", verdict->is_dkim_aligned);
	json_put_flag(child, "spf_aligned", verdict->is_spf_aligned);
	json_put_text(child, "reason", verdict->reason);
	json_put_text(child, "basis",
		      verdict->input.basis == BASIS_ANSWERED
			  ? NULL
			  : basis_text(verdict->input.basis));
	json_put(object, "dmarc", child);
}

/* null where it looks like nobody of ours. */
static void put_lookalike(TALLOC_CTX *mem, const struct verdict *verdict,
			  struct json *object)
{
	struct json *child = json_new_object(mem);

	json_put_text(child, "kind", lookalike_word(verdict->lookalike.kind));
	json_put_text(child, "name", verdict->lookalike.name);
	if (verdict->lookalike.kind == LOOKALIKE_NONE)
		json_put_null(object, "lookalike");
	else
		json_put(object, "lookalike", child);
}

static void put_decision(TALLOC_CTX *mem, const struct verdict *verdict,
			 struct json *object)
{
	const struct decision *decision = &verdict->decision;
	struct json *child = json_new_object(mem);
	struct json *override = json_new_object(mem);

	json_put_text(child, "applied", disposition_text(decision->applied));
	json_put_text(override, "type", override_type_text(decision->override));
	json_put_text(override, "comment", verdict->comment);
	if (decision->override == OVERRIDE_NONE)
		json_put_null(child, "override");
	else
		json_put(child, "override", override);
	json_put_text(child, "reply", verdict->reply);
	json_put_text(child, "reference",
		      verdict->is_incident ? verdict->reference : NULL);
	json_put(object, "verdict", child);
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

static void put_headers(TALLOC_CTX *mem, const struct verdict *verdict,
			struct json *object)
{
	struct json *list = json_new_array(mem);

	if (verdict->header != NULL)
		json_add_text(list, mem_printf(mem, "Authentication-Results:%s",
					       unfolded(mem, verdict->header)));
	json_put(object, "headers", list);
}

void verdict_put_json(TALLOC_CTX *mem, const struct verdict *verdict,
		      struct json *object)
{
	json_put_text(object, "author_domain", verdict->author.domain);
	json_put_text(object, "author_error",
		      author_error_text(verdict->author.error));
	put_spf(mem, &verdict->evidence.spf, object);
	json_put(object, "dkim", verdict_dkim_json(mem, verdict));
	json_put(object, "arc", verdict_arc_json(mem, verdict));
	put_iprev(mem, &verdict->evidence.iprev, object);
	put_dmarc(mem, verdict, object);
	put_lookalike(mem, verdict, object);
	put_decision(mem, verdict, object);
	put_headers(mem, verdict, object);
}
