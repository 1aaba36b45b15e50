/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * indirect_evidence.c - what a signed header over another body is worth
 *
 * The signature's tags are read again from its field: it happens to few
 * messages, and is the same whoever verified (dkim.engine).
 * Tested by test_evidence, regress.
 */
#include "lib/eval/indirect_evidence.h"

#include <string.h>

#include "lib/auth/signature_tags.h"
#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/eval/message_private.h"
#include "lib/mail/date.h"

#define DKIM_FIELD "DKIM-Signature"

static struct signature_tags read_tags(TALLOC_CTX *mem, struct message *message,
				       size_t index)
{
	struct field field =
	    header_hash_field_of(message->content->header, DKIM_FIELD, index);

	return signature_tags_parse(mem, field.value);
}

/* The first field that people go by and that is not covered whole; NULL: none.
 */
static const char *find_unsigned(struct header_hash *header,
				 struct span signed_names)
{
	static const char *const names[] = {"From", "Subject", "To",
					    "Cc",   "Date",    "Message-ID"};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (header_hash_occurs(header, names[i]) >
		    header_hash_covers(signed_names, names[i]))
			return names[i];
	}
	return NULL;
}

/* x= is read here too: a library may not look at it. */
static enum header_doubt doubt_times(const struct message *message,
				     const struct signature_tags *tags)
{
	struct header_hash *header = message->content->header;
	int64_t now_s = message->verdict.time_s;
	int64_t first_s =
	    now_s - message->evaluator->policy->evidence_age_ms / 1000;
	int64_t date_s;

	if (header_hash_occurs(header, "Date") != 1 ||
	    !date_parse(header_hash_field_of(header, "Date", 0).value, &date_s))
		return DOUBT_UNDATED;
	if (date_s < first_s ||
	    (tags->signed_at_s >= 0 && tags->signed_at_s < first_s) ||
	    (tags->expires_at_s >= 0 && tags->expires_at_s < now_s))
		return DOUBT_OLD;
	return date_s > now_s + LIMIT_DATE_AHEAD_S ? DOUBT_EARLY : DOUBT_NONE;
}

static void doubt(struct message *message, size_t index,
		  struct evidence_signature *item)
{
	TALLOC_CTX *scratch = mem_context(message);
	struct signature_tags tags = read_tags(scratch, message, index);

	item->doubted_field =
	    find_unsigned(message->content->header, tags.fields);
	if (item->doubted_field != NULL)
		item->doubt = DOUBT_UNSIGNED;
	else if (body_hashes_is_partial(message->content->bodies, &tags))
		item->doubt = DOUBT_PARTIAL;
	else
		item->doubt = doubt_times(message, &tags);
	mem_free(scratch);
}

void indirect_doubt_headers(struct message *message)
{
	struct evidence_signatures *dkim = &message->verdict.evidence.dkim;

	for (size_t i = 0; i < dkim->count; i++) {
		if (dkim->items[i].is_body_changed)
			doubt(message, i, &dkim->items[i]);
	}
}

/* --- the memory ----------------------------------------------------------- */

static bool is_trace(const struct verdict *verdict, size_t index)
{
	return verdict->is_aligned[index] &&
	       verdict->evidence.dkim.items[index].is_body_changed;
}

/* Who answers for the body as it came: of the signatures that fit it the one
 * next to the author's, else who passes SPF, else the host by its confirmed
 * name. NULL: nobody. */
static const char *find_handler(const struct evidence *evidence)
{
	const struct evidence_signatures *dkim = &evidence->dkim;

	for (size_t i = dkim->count; i > 0; i--) {
		const struct evidence_signature *item = &dkim->items[i - 1];
		if (item->result == AUTH_PASS && item->domain != NULL)
			return item->domain;
	}
	if (evidence->spf.result == AUTH_PASS && evidence->spf.domain != NULL)
		return evidence->spf.domain;
	return evidence->iprev.name;
}

static bool is_replayed(struct message *message, size_t index)
{
	const struct verdict *verdict = &message->verdict;
	TALLOC_CTX *scratch = mem_context(message);
	struct signature_tags tags = read_tags(scratch, message, index);
	struct sighting sighting = {
	    .signer = verdict->evidence.dkim.items[index].domain,
	    .body = body_hashes_whole(message->content->bodies, &tags),
	    .handler = find_handler(&verdict->evidence),
	    .client = &verdict->client.address,
	};
	bool is_seen =
	    base64_decode(scratch, tags.signature, &sighting.signature) &&
	    sightings_note(message->evaluator->sightings, &sighting);

	mem_free(scratch);
	return is_seen;
}

static void recall(struct message *message)
{
	struct verdict *verdict = &message->verdict;
	struct evidence_signatures *dkim = &verdict->evidence.dkim;
	const struct evidence_signature *found = indirect_signature(verdict);

	if (found == NULL || found->doubt != DOUBT_NONE ||
	    verdict->result != DMARC_RESULT_FAIL ||
	    message->evaluator->sightings == NULL)
		return;
	for (size_t i = 0; i < dkim->count; i++) {
		if (is_trace(verdict, i) &&
		    dkim->items[i].doubt == DOUBT_NONE &&
		    is_replayed(message, i))
			dkim->items[i].doubt = DOUBT_REPLAYED;
	}
	if (found->doubt != DOUBT_NONE)
		verdict->reason =
		    mem_printf(message, "%s%s", verdict->reason,
			       indirect_doubt_words(message, found));
}

/* --- what it comes to ----------------------------------------------------- */

const struct evidence_signature *
indirect_signature(const struct verdict *verdict)
{
	const struct evidence_signatures *dkim = &verdict->evidence.dkim;
	const struct evidence_signature *found = NULL;

	for (size_t i = 0; i < dkim->count; i++) {
		if (!is_trace(verdict, i))
			continue;
		if (dkim->items[i].doubt == DOUBT_NONE)
			return &dkim->items[i];
		if (found == NULL)
			found = &dkim->items[i];
	}
	return found;
}

const char *indirect_sealer_word(const struct verdict *verdict)
{
	const struct evidence_arc *arc = &verdict->evidence.arc;
	const char *author = verdict->author.domain;

	if (arc->result != AUTH_PASS)
		return NULL;
	if (arc->recorded == AUTH_PASS && arc->recorded_from != NULL &&
	    (author == NULL || !domain_equals(arc->recorded_from, author)))
		return "other";
	return auth_result_text(arc->recorded);
}

static bool has_trusted_sealer(const struct message *message)
{
	const struct verdict *verdict = &message->verdict;
	const struct evidence_arc *arc = &verdict->evidence.arc;

	return arc->result == AUTH_PASS &&
	       trust_has_sealer(message->evaluator->trust,
				arc->sealers[arc->count - 1].domain) &&
	       strcmp(indirect_sealer_word(verdict), "pass") == 0;
}

void indirect_weigh(struct message *message)
{
	struct verdict *verdict = &message->verdict;

	recall(message);
	const struct evidence_signature *found = indirect_signature(verdict);
	if (has_trusted_sealer(message))
		verdict->input.indirect = INDIRECT_ARC;
	else if (found != NULL && found->doubt == DOUBT_NONE)
		verdict->input.indirect = INDIRECT_BODY_CHANGED;
	else
		verdict->input.indirect = INDIRECT_NONE;
}

/* --- in words ------------------------------------------------------------- */

const char *indirect_doubt_words(TALLOC_CTX *mem,
				 const struct evidence_signature *signature)
{
	static const char *const words[] = {
	    [DOUBT_PARTIAL] = "l= leaves part of the body to anybody",
	    [DOUBT_UNDATED] = "there is no one Date to go by",
	    [DOUBT_OLD] = "it is older than policy.evidence_age",
	    [DOUBT_EARLY] = "its Date is in the future",
	    [DOUBT_REPLAYED] =
		"it came over other bodies from other organisations",
	};

	if (signature->doubt == DOUBT_NONE)
		return "";
	if (signature->doubt == DOUBT_UNSIGNED)
		return mem_printf(mem,
				  ", which is no evidence of a list: a %s "
				  "field is not signed",
				  signature->doubted_field);
	return mem_printf(mem, ", which is no evidence of a list: %s",
			  words[signature->doubt]);
}
