/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signatures.c - DKIM verification of one message
 *
 * RFC 6376 6, RFC 8301, RFC 8463. The order of things: each DKIM-Signature is
 * judged alone (signature_tags.h) and its key asked for; at the end of the
 * header those to be verified are chosen; the body is hashed as they want it;
 * at its end each is verified, and what was found is read under the settings.
 */
#include "lib/auth/signatures.h"

#include <string.h>

#include "lib/auth/key_cache.h"
#include "lib/auth/signature_tags.h"
#include "lib/base/domain.h"
#include "lib/base/limits.h"

struct signature_engine {
	struct dkim_settings settings;
	const struct clock *clock;
};

/* One DKIM-Signature field. */
struct entry {
	struct signature_tags tags; /* AUTH_NONE: could be verified */
	size_t place;		    /* in the header */
	const char *key_name;	    /* NULL: not asked for yet */
	size_t nearness;	    /* of d= to the author domain */
	bool is_wanted;
};

struct signatures {
	const struct signature_engine *engine;
	struct dns_session *session;
	struct signed_message *message;
	int64_t now_s;
	size_t count;
	struct entry entries[LIMIT_SIGNATURES_LOOKED_AT];
	long asked_ahead;
	size_t wanted;
	struct entry *order[LIMIT_SIGNATURES_LOOKED_AT]; /* of the wanted */
	bool is_body_wanted;
};

bool signature_engine_new(const struct dkim_settings *settings,
			  const struct clock *clock,
			  struct signature_engine **engine, struct error *err)
{
	(void)err;
	*engine = heap_new(struct signature_engine);
	(*engine)->settings = *settings;
	(*engine)->clock = clock;
	key_cache_set(settings->key_cache);
	return true;
}

void signature_engine_free(struct signature_engine *engine)
{
	heap_free(engine);
}

struct signatures *signatures_begin(TALLOC_CTX *mem,
				    struct signature_engine *engine,
				    struct dns_session *session,
				    struct signed_message *message)
{
	struct signatures *s = mem_new(mem, struct signatures);

	s->engine = engine;
	s->session = session;
	s->message = message;
	s->now_s = clock_now_s(engine->clock);
	return s;
}

/* --- the header ----------------------------------------------------------- */

static void set_result(struct entry *entry, enum auth_result result,
		       const char *reason)
{
	entry->tags.result = result;
	entry->tags.reason = reason;
}

/* RFC 6376 3.5. Clocks differ: t= has an allowance. x= has none: its signer
 * chose the last moment, and a replay wants every minute behind it. */
static void check_times(const struct signatures *s, struct entry *entry)
{
	const struct signature_tags *tags = &entry->tags;

	if (tags->result != AUTH_NONE)
		return;
	if (tags->expires_at_s >= 0 && s->now_s > tags->expires_at_s)
		set_result(entry, AUTH_FAIL, "the signature has expired");
	else if (tags->signed_at_s > s->now_s + SIGNATURE_DRIFT_S)
		set_result(entry, AUTH_FAIL,
			   "the signature is from the future");
}

static void ask_ahead(struct signatures *s, struct entry *entry)
{
	if (entry->key_name != NULL)
		return;
	entry->key_name = mem_printf(s, "%s._domainkey.%s",
				     entry->tags.selector, entry->tags.domain);
	dns_session_ask_ahead(s->session, entry->key_name, DNS_TXT);
	s->asked_ahead++;
}

void signatures_header(struct signatures *s, struct span name,
		       struct span value)
{
	/* "DKIM-Signature :" is the same field (RFC 5322 4.5). */
	if (!span_equals_nocase(span_trim(name), "DKIM-Signature") ||
	    s->count == LIMIT_SIGNATURES_LOOKED_AT)
		return;
	struct entry *entry = &s->entries[s->count++];
	entry->tags = signature_tags_parse(s, value);
	entry->place = s->message->fields->count - 1;
	check_times(s, entry);
	if (entry->tags.result == AUTH_NONE &&
	    s->asked_ahead < s->engine->settings.max_signatures)
		ask_ahead(s, entry);
}

/* --- the end of the header ------------------------------------------------ */

/* How many labels the names share from the right; equal names come first of
 * all. Aligned ones always share the organizational domain's, so that of
 * strangers none comes before them but those within it. */
static size_t measure_nearness(const char *domain, const char *author_domain)
{
	if (author_domain == NULL)
		return 0;
	if (domain_equals(domain, author_domain))
		return SIZE_MAX;
	size_t labels = domain_label_count(domain);
	size_t shared = 0;
	while (shared < labels &&
	       domain_equals(domain_suffix(domain, shared + 1),
			     domain_suffix(author_domain, shared + 1)))
		shared++;
	return shared;
}

/* All that could be verified, the nearest first, else from the top. */
static void rank(struct signatures *s, const char *author_domain)
{
	for (size_t i = 0; i < s->count; i++) {
		struct entry *entry = &s->entries[i];
		if (entry->tags.result != AUTH_NONE)
			continue;
		entry->nearness =
		    measure_nearness(entry->tags.domain, author_domain);
		size_t at = s->wanted++;
		for (; at > 0 && s->order[at - 1]->nearness < entry->nearness;
		     at--)
			s->order[at] = s->order[at - 1];
		s->order[at] = entry;
	}
}

/* Only signatures that could be verified use up the cap: broken ones above a
 * good one must not hide it. */
static void cut_at_cap(struct signatures *s)
{
	size_t cap = (size_t)s->engine->settings.max_signatures;

	for (size_t i = cap; i < s->wanted; i++)
		set_result(
		    s->order[i], AUTH_POLICY,
		    mem_printf(s, "over the limit of %zu signatures", cap));
	if (s->wanted > cap)
		s->wanted = cap;
}

bool signatures_end_of_header(struct signatures *s, const char *author_domain)
{
	rank(s, author_domain);
	cut_at_cap(s);
	for (size_t i = 0; i < s->wanted; i++) {
		struct entry *entry = s->order[i];
		entry->is_wanted =
		    body_hashes_want(s->message->bodies, &entry->tags);
		if (entry->is_wanted)
			ask_ahead(s, entry);
		else
			set_result(entry, AUTH_POLICY, "too many different l=");
		s->is_body_wanted |= entry->is_wanted;
	}
	return s->is_body_wanted;
}

size_t signatures_count(const struct signatures *s)
{
	return s->count;
}

const char *signatures_domain(const struct signatures *s, size_t index)
{
	const struct entry *entry = &s->entries[index];

	return entry->is_wanted ? entry->tags.domain : NULL;
}

/* --- the end of the message ----------------------------------------------- */

/* As it stands before it is verified; the message may end without a header's
 * end. */
static struct evidence_signature describe(const struct entry *entry)
{
	const struct signature_tags *tags = &entry->tags;
	bool is_open = tags->result == AUTH_NONE;

	return (struct evidence_signature){
	    .domain = tags->domain,
	    .selector = tags->selector,
	    .algorithm = tags->algorithm,
	    .identity = tags->identity,
	    .hash_text = tags->hash_text,
	    .result = is_open ? AUTH_NEUTRAL : tags->result,
	    .reason = is_open ? "not verified" : tags->reason,
	};
}

static struct signature_outcome verify_header(struct signatures *s,
					      const struct entry *entry)
{
	const struct signature_tags *tags = &entry->tags;
	const struct header_signature signature = {
	    .place = entry->place,
	    .fields = tags->fields,
	    .signature = tags->signature,
	    .is_relaxed = tags->is_header_relaxed,
	};
	struct signature_claim claim = {
	    .algorithm = tags->algorithm,
	    .signature = tags->signature,
	    .is_below = tags->is_below,
	    .min_rsa_bits = (unsigned)s->engine->settings.min_rsa_bits,
	    .max_cost = LIMIT_DKIM_COST,
	};

	if (!header_hash_signed(s->message->header, &signature, &claim.hash))
		return (struct signature_outcome){
		    .result = AUTH_POLICY,
		    .reason = "too many bytes of header to hash"};
	return signature_check(
	    s->message->checks,
	    dns_session_ask(s->session, entry->key_name, DNS_TXT), &claim);
}

/* What the settings say about an otherwise good signature; NULL: nothing. */
static const char *objection(const struct signatures *s,
			     const struct signature_tags *tags,
			     const struct signature_outcome *outcome)
{
	const struct dkim_settings *settings = &s->engine->settings;

	if (settings->testing_keys == TESTING_KEYS_IGNORE &&
	    outcome->is_testing)
		return "the key is for testing";
	if (settings->partial_body == PARTIAL_BODY_IGNORE &&
	    body_hashes_is_partial(s->message->bodies, tags))
		return "l= leaves part of the body unsigned";
	return NULL;
}

/* The header verifies. Is the body what the signature is about? */
static void judge_body(const struct signatures *s,
		       const struct signature_tags *tags, const char *against,
		       struct evidence_signature *item)
{
	switch (body_hashes_compare(s->message->bodies, tags)) {
	case BODY_UNCHANGED:
		item->result = against == NULL ? AUTH_PASS : AUTH_POLICY;
		item->reason = against;
		return;
	case BODY_CHANGED:
		item->result = AUTH_FAIL;
		item->reason = "the body hash does not match";
		item->is_body_changed = against == NULL;
		return;
	case BODY_SHORTER:
		item->result = AUTH_FAIL;
		item->reason = "l= is longer than the body";
		return;
	case BODY_UNKNOWN:
		break;
	}
	item->result = AUTH_TEMPERROR;
	item->reason = "the body could not be hashed";
}

static void verify(struct signatures *s, const struct entry *entry,
		   struct evidence_signature *item)
{
	struct signature_outcome outcome = verify_header(s, entry);

	item->result = outcome.result;
	item->reason = outcome.reason;
	item->key_bits = outcome.key_bits;
	if (outcome.result == AUTH_PASS)
		judge_body(s, &entry->tags,
			   objection(s, &entry->tags, &outcome), item);
}

struct evidence_signatures signatures_finish(struct signatures *s)
{
	struct evidence_signatures evidence = {.count = s->count};

	evidence.items = mem_array(s, struct evidence_signature, s->count);
	for (size_t i = 0; i < s->count; i++)
		evidence.items[i] = describe(&s->entries[i]);
	body_hashes_finish(s->message->bodies);
	for (size_t i = 0; i < s->wanted; i++) {
		const struct entry *entry = s->order[i];
		if (entry->is_wanted)
			verify(s, entry, &evidence.items[entry - s->entries]);
	}
	return evidence;
}
