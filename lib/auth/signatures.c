/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signatures.c - DKIM verification of one message
 *
 * RFC 6376 6, RFC 8301, RFC 8463. The order of things: each DKIM-Signature is
 * judged alone (signature_tags.h), the first usable ones are verified up to
 * the cap, their keys are fetched while the body arrives, and what libopendkim
 * found (verifier.h) is read under the settings.
 *
 * A field that was refused is as absent: it is not given to libopendkim. A
 * signature whose h= covers it then does not verify, and its reason says so.
 */
#include "lib/auth/signatures.h"

#include <string.h>

#include "lib/auth/body_hashes.h"
#include "lib/auth/body_length.h"
#include "lib/auth/key_trial.h"
#include "lib/auth/signature_key.h"
#include "lib/auth/signature_key_cache.h"
#include "lib/auth/signature_tags.h"
#include "lib/auth/verifier.h"
#include "lib/base/limits.h"

#define ED25519_BITS 256

struct signature_engine {
	struct dkim_settings settings;
	const struct clock *clock;
	struct verifier_library *library;
};

/* One DKIM-Signature field. */
struct entry {
	struct signature_tags tags;
	const char *key_name;
	bool is_fed;	/* libopendkim has it, */
	size_t place;	/* as its signature of this number */
	bool is_wanted; /* and shall verify it */
	struct signature_key key;
};

struct signatures {
	const struct signature_engine *engine;
	struct dns_session *session;
	struct verifier *verifier;
	struct key_trial *trial;
	int64_t now_s;
	size_t count;
	struct entry entries[LIMIT_SIGNATURES_LOOKED_AT];
	size_t fed;
	size_t wanted;
	bool is_wanted[LIMIT_SIGNATURES_LOOKED_AT]; /* by place */
	bool has_refused;
	bool is_body_wanted;
	struct body_hashes *bodies;
	bool is_length_wanted; /* a signature to verify has l= */
	struct body_length length;
};

bool signature_engine_new(const struct dkim_settings *settings,
			  const struct clock *clock,
			  struct signature_engine **engine, struct error *err)
{
	struct verifier_library *library;

	if (!verifier_library_new((unsigned)settings->min_rsa_bits, clock,
				  &library, err))
		return false;
	*engine = heap_new(struct signature_engine);
	(*engine)->settings = *settings;
	(*engine)->clock = clock;
	(*engine)->library = library;
	signature_key_cache_set(settings->key_cache);
	return true;
}

void signature_engine_free(struct signature_engine *engine)
{
	if (engine == NULL)
		return;
	verifier_library_free(engine->library);
	heap_free(engine);
}

struct signatures *signatures_begin(TALLOC_CTX *mem,
				    struct signature_engine *engine,
				    struct dns_session *session)
{
	struct signatures *s = mem_new(mem, struct signatures);

	s->engine = engine;
	s->session = session;
	s->now_s = clock_now_s(engine->clock);
	s->verifier = verifier_new(s, engine->library);
	s->trial = key_trial_new(s, engine->library);
	s->bodies = body_hashes_new(s, LIMIT_SIGNATURES_LOOKED_AT);
	return s;
}

static void refuse(struct entry *entry, enum auth_result result,
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
		refuse(entry, AUTH_FAIL, "the signature has expired");
	else if (tags->signed_at_s > s->now_s + VERIFIER_DRIFT_S)
		refuse(entry, AUTH_FAIL, "the signature is from the future");
}

/* Only signatures that could be verified use up the cap: four broken ones
 * above a good one must not hide it. */
static void want(struct signatures *s, struct entry *entry)
{
	long cap = s->engine->settings.max_signatures;

	if (entry->tags.result != AUTH_NONE)
		return;
	if (s->wanted >= (size_t)cap) {
		refuse(entry, AUTH_POLICY,
		       mem_printf(s, "over the limit of %ld signatures", cap));
		return;
	}
	s->wanted++;
	entry->is_wanted = true;
	s->is_length_wanted |= entry->tags.body_length >= 0;
	(void)body_hashes_want(s->bodies, &entry->tags); /* has room for all */
	entry->key_name = mem_printf(s, "%s._domainkey.%s",
				     entry->tags.selector, entry->tags.domain);
	dns_session_ask_ahead(s->session, entry->key_name, DNS_TXT);
}

/* False: the field is not for libopendkim. */
static bool take_signature(struct signatures *s, struct span value)
{
	if (s->count == LIMIT_SIGNATURES_LOOKED_AT) {
		s->has_refused = true;
		return false;
	}
	struct entry *entry = &s->entries[s->count++];
	entry->tags = signature_tags_parse(s, value);
	if (entry->tags.result == AUTH_PERMERROR ||
	    entry->tags.result == AUTH_NEUTRAL) {
		s->has_refused = true;
		return false;
	}
	check_times(s, entry);
	want(s, entry);
	entry->is_fed = true;
	entry->place = s->fed++;
	s->is_wanted[entry->place] = entry->is_wanted;
	return true;
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

static void feed(struct signatures *s, struct span name, struct span value)
{
	verifier_header(s->verifier, name, value);
	key_trial_keep(s->trial, name, value);
}

void signatures_header(struct signatures *s, struct span name,
		       struct span value)
{
	/* "DKIM-Signature :" is the same field (RFC 5322 4.5). */
	if (!span_equals_nocase(span_trim(name), "DKIM-Signature")) {
		feed(s, name, value);
		return;
	}
	if (span_trim(name).length != name.length) {
		if (s->count < LIMIT_SIGNATURES_LOOKED_AT)
			refuse(&s->entries[s->count++], AUTH_NEUTRAL,
			       "a blank before the colon");
		s->has_refused = true;
	} else if (take_signature(s, value)) {
		feed(s, name, value);
	}
}

bool signatures_end_of_header(struct signatures *s)
{
	s->is_body_wanted =
	    s->wanted > 0 &&
	    verifier_end_of_header(s->verifier, s->fed, s->is_wanted);
	return s->is_body_wanted;
}

void signatures_body(struct signatures *s, struct span chunk)
{
	if (!s->is_body_wanted || chunk.length == 0)
		return;
	if (s->is_length_wanted)
		body_length_add(&s->length, chunk);
	body_hashes_add(s->bodies, chunk);
}

static uint64_t whole_length(const struct signatures *s,
			     const struct signature_tags *tags)
{
	return tags->is_body_relaxed ? s->length.relaxed.total
				     : s->length.simple.total;
}

static bool is_too_long(const struct signatures *s,
			const struct signature_tags *tags)
{
	return tags->body_length >= 0 &&
	       (uint64_t)tags->body_length > whole_length(s, tags);
}

/* What l= covers; 0 without l=, or when it is longer than the body. */
static size_t covered_bytes(const struct signatures *s,
			    const struct signature_tags *tags)
{
	return tags->body_length < 0 || is_too_long(s, tags)
		   ? 0
		   : (size_t)tags->body_length;
}

static size_t most_covered(const struct signatures *s)
{
	size_t most = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct entry *entry = &s->entries[i];
		size_t bytes =
		    entry->is_wanted ? covered_bytes(s, &entry->tags) : 0;
		most = bytes > most ? bytes : most;
	}
	return most;
}

/* The key for libopendkim; of several, the one that made the signature. */
static void fetch_key(struct signatures *s, struct entry *entry)
{
	const char *records[LIMIT_KEYS_AT_SELECTOR];
	const char *algorithm = entry->tags.algorithm;
	const struct dns_answer *answer =
	    dns_session_ask(s->session, entry->key_name, DNS_TXT);

	entry->key = signature_key_choose(s, answer, algorithm);
	if (entry->key.record == NULL || answer->count < 2)
		return;
	size_t count = signature_key_list(s, answer, algorithm, records,
					  LIMIT_KEYS_AT_SELECTOR);
	if (count > 1)
		entry->key.record = key_trial_pick(
		    s->trial, s->fed, entry->place,
		    covered_bytes(s, &entry->tags), records, count);
}

static void fetch_keys(struct signatures *s, const char **keys)
{
	for (size_t i = 0; i < s->count; i++) {
		struct entry *entry = &s->entries[i];
		if (!entry->is_wanted)
			continue;
		fetch_key(s, entry);
		keys[entry->place] = entry->key.record;
	}
}

static struct evidence_signature describe(const struct entry *entry)
{
	const struct signature_tags *tags = &entry->tags;

	return (struct evidence_signature){
	    .domain = tags->domain,
	    .selector = tags->selector,
	    .algorithm = tags->algorithm,
	    .identity = tags->identity,
	    .hash_text = tags->hash_text,
	    .result = tags->result,
	    .reason = tags->reason,
	};
}

static bool is_rsa(const struct signature_tags *tags)
{
	return strcmp(tags->algorithm, "rsa-sha256") == 0;
}

/* Does l= leave bytes of the body uncovered? */
static bool is_partial(const struct signatures *s,
		       const struct signature_tags *tags)
{
	return tags->body_length >= 0 &&
	       (uint64_t)tags->body_length < whole_length(s, tags);
}

/* What the settings say about an otherwise good signature; NULL: nothing. */
static const char *objection(const struct signatures *s,
			     const struct signature_tags *tags,
			     const struct verifier_outcome *outcome)
{
	const struct dkim_settings *settings = &s->engine->settings;

	if (is_rsa(tags) && outcome->key_bits != 0 &&
	    outcome->key_bits < (unsigned)settings->min_rsa_bits)
		return "the key is too short";
	if (settings->testing_keys == TESTING_KEYS_IGNORE &&
	    outcome->is_testing)
		return "the key is for testing";
	if (settings->partial_body == PARTIAL_BODY_IGNORE &&
	    is_partial(s, tags))
		return "l= leaves part of the body unsigned";
	return NULL;
}

/* Is the body what the signature is about? Says so where it is not. */
static bool check_body(const struct signatures *s,
		       const struct signature_tags *tags,
		       struct evidence_signature *item)
{
	if (!is_too_long(s, tags) &&
	    body_hashes_compare(s->bodies, tags) == BODY_UNCHANGED)
		return true;
	item->result = AUTH_FAIL;
	item->reason = is_too_long(s, tags) ? "l= is longer than the body"
					    : "the body hash does not match";
	return false;
}

static void judge(const struct signatures *s, const struct entry *entry,
		  const struct verifier_outcome *outcome,
		  struct evidence_signature *item)
{
	const char *against = objection(s, &entry->tags, outcome);

	item->result = outcome->result;
	item->reason = outcome->reason;
	item->key_bits =
	    is_rsa(&entry->tags) ? outcome->key_bits : ED25519_BITS;
	if (outcome->result == AUTH_PASS && !check_body(s, &entry->tags, item))
		item->is_body_changed =
		    against == NULL && !is_too_long(s, &entry->tags);
	if (against != NULL &&
	    (item->result == AUTH_PASS || item->result == AUTH_POLICY)) {
		item->result = AUTH_POLICY;
		item->reason = against;
	}
	if (item->result == AUTH_FAIL && outcome->result != AUTH_PASS &&
	    s->has_refused && entry->tags.covers_signatures)
		item->reason = "it covers a signature field that was refused";
}

static struct evidence_signature
conclude(const struct signatures *s, const struct entry *entry,
	 const struct verifier_outcome *outcomes)
{
	struct evidence_signature item = describe(entry);

	if (!entry->is_wanted)
		return item;
	if (!s->is_body_wanted) {
		item.result = AUTH_NEUTRAL;
		item.reason = "not verified";
	} else if (entry->key.record == NULL) {
		item.result = entry->key.result;
		item.reason = entry->key.reason;
	} else {
		judge(s, entry, &outcomes[entry->place], &item);
	}
	return item;
}

struct evidence_signatures signatures_finish(struct signatures *s)
{
	const char *keys[LIMIT_SIGNATURES_LOOKED_AT] = {NULL};
	struct verifier_outcome outcomes[LIMIT_SIGNATURES_LOOKED_AT];
	struct evidence_signatures evidence = {.count = s->count};

	if (s->is_body_wanted) {
		body_length_finish(&s->length);
		body_hashes_finish(s->bodies);
		fetch_keys(s, keys);
		verifier_finish(s->verifier, most_covered(s), keys, outcomes);
	}
	evidence.items = mem_array(s, struct evidence_signature, s->count);
	for (size_t i = 0; i < s->count; i++)
		evidence.items[i] = conclude(s, &s->entries[i], outcomes);
	return evidence;
}
