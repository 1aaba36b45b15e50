/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signature_check.c - did a key of this selector make the signature?
 *
 * Keys that are of no use to the signature are left out first, the best of the
 * others come first; so whatever order the DNS gives them, the same are tried.
 * Of several outcomes the best holds.
 */
#include "lib/auth/signature_check.h"

#include <stdlib.h>
#include <string.h>

#include "lib/auth/key_cache.h"
#include "lib/auth/tag_list.h"
#include "lib/base/limits.h"

/* The keys of one answer. */
struct selector {
	struct selector *next;
	const struct dns_answer *answer;
	size_t count;
	struct signature_key *keys[LIMIT_KEY_RECORDS]; /* the best first */
	bool is_tried[LIMIT_KEY_RECORDS];
};

struct signature_checks {
	struct selector *selectors;
	size_t records; /* read so far */
	unsigned cost;
};

struct signature_checks *signature_checks_new(TALLOC_CTX *mem)
{
	return mem_new(mem, struct signature_checks);
}

/* --- keys ----------------------------------------------------------------- */

static int release(struct selector *selector)
{
	for (size_t i = 0; i < selector->count; i++)
		signature_key_unref(selector->keys[i]);
	return 0;
}

static int compare(const void *left, const void *right)
{
	struct signature_key *const *a = left;
	struct signature_key *const *b = right;

	return signature_key_compare(*a, *b);
}

static void read_keys(struct selector *selector,
		      const struct dns_answer *answer)
{
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_record *txt = &answer->records[i];
		selector->keys[selector->count++] =
		    key_cache_get(span_make(txt->text, txt->length));
	}
	if (selector->count > 1)
		qsort(selector->keys, selector->count, sizeof selector->keys[0],
		      compare);
}

/* NULL: the message's limit is reached. */
static struct selector *find_selector(struct signature_checks *checks,
				      const struct dns_answer *answer)
{
	struct selector *selector = checks->selectors;

	while (selector != NULL && selector->answer != answer)
		selector = selector->next;
	if (selector != NULL)
		return selector;
	if (answer->count > LIMIT_KEY_RECORDS_READ - checks->records)
		return NULL;
	checks->records += answer->count;
	selector = mem_new(checks, struct selector);
	talloc_set_destructor(selector, release);
	read_keys(selector, answer);
	selector->answer = answer;
	selector->next = checks->selectors;
	checks->selectors = selector;
	return selector;
}

/* --- trials --------------------------------------------------------------- */

static struct signature_outcome outcome_of(enum auth_result result,
					   const char *reason)
{
	return (struct signature_outcome){.result = result, .reason = reason};
}

static struct signature_outcome
judge_signed(const struct signature_key_facts *facts,
	     const struct signature_claim *claim)
{
	if (claim->is_below && facts->is_strict)
		return outcome_of(AUTH_PERMERROR,
				  "the key does not allow i= in a subdomain");
	return (struct signature_outcome){.result = AUTH_PASS,
					  .is_testing = facts->is_testing};
}

static struct signature_outcome try_key(struct signature_key *key,
					const struct signature_claim *claim,
					struct span signature)
{
	switch (signature_key_verify(key, &claim->hash, signature)) {
	case PUBLIC_KEY_SIGNED:
		return judge_signed(signature_key_facts(key), claim);
	case PUBLIC_KEY_NOT_SIGNED:
		return outcome_of(AUTH_FAIL, "the signature does not verify");
	case PUBLIC_KEY_UNKNOWN:
		break;
	}
	return outcome_of(AUTH_TEMPERROR,
			  "the signature could not be verified");
}

/* Decoding a key takes about as long as two rsa-2048 verifications. It is
 * counted with a key's first trial whether the cache spares it or not, or the
 * verdict would depend on what other messages brought. */
static unsigned cost_of_trial(const struct selector *selector, size_t index)
{
	unsigned cost = signature_key_facts(selector->keys[index])->cost;

	return selector->is_tried[index] ? cost : cost + LIMIT_DECODE_COST;
}

static struct signature_outcome check_key(struct signature_checks *checks,
					  struct selector *selector,
					  size_t index,
					  const struct signature_claim *claim,
					  struct span signature)
{
	struct signature_key *key = selector->keys[index];
	const struct signature_key_facts *facts = signature_key_facts(key);
	unsigned cost = cost_of_trial(selector, index);
	struct signature_outcome outcome;

	if (strcmp(facts->type, "rsa") == 0 &&
	    facts->bits < claim->min_rsa_bits)
		outcome = outcome_of(AUTH_POLICY, "the key is too short");
	else if (checks->cost + cost > claim->max_cost)
		outcome = outcome_of(AUTH_POLICY,
				     "too many signatures and keys to try");
	else {
		checks->cost += cost;
		selector->is_tried[index] = true;
		outcome = try_key(key, claim, signature);
	}
	outcome.key_bits = facts->bits;
	return outcome;
}

/* The greater, the better: what a key that made the signature says, then that
 * nobody knows, then what other keys say. */
static unsigned rank(const struct signature_outcome *outcome)
{
	static const unsigned ranks[] = {
	    [AUTH_PASS] = 6,   [AUTH_PERMERROR] = 4, [AUTH_TEMPERROR] = 3,
	    [AUTH_POLICY] = 2, [AUTH_FAIL] = 1,
	};

	return ranks[outcome->result] +
	       (outcome->result == AUTH_PASS && !outcome->is_testing);
}

static struct signature_outcome try_keys(struct signature_checks *checks,
					 struct selector *selector,
					 const struct signature_claim *claim,
					 struct span signature)
{
	struct signature_outcome best = {.result = AUTH_NONE};
	unsigned tried = 0;

	for (size_t i = 0;
	     i < selector->count && tried < LIMIT_KEYS_AT_SELECTOR; i++) {
		if (signature_key_fault(selector->keys[i], claim->algorithm) !=
		    NULL)
			continue;
		struct signature_outcome outcome =
		    check_key(checks, selector, i, claim, signature);
		tried++;
		if (rank(&outcome) > rank(&best))
			best = outcome;
		if (outcome.result == AUTH_PASS && !outcome.is_testing)
			break;
	}
	return best;
}

/* What stands in the way of keys none of which is of use: of several reasons
 * the longest, whatever their order. */
static struct signature_outcome name_fault(const struct selector *selector,
					   const char *algorithm)
{
	const char *reason = "no key";

	for (size_t i = 0; i < selector->count; i++) {
		const char *fault =
		    signature_key_fault(selector->keys[i], algorithm);
		if (i == 0 || strlen(fault) > strlen(reason) ||
		    (strlen(fault) == strlen(reason) &&
		     strcmp(fault, reason) > 0))
			reason = fault;
	}
	return outcome_of(AUTH_PERMERROR, reason);
}

static struct signature_outcome check_claim(struct signature_checks *checks,
					    const struct dns_answer *answer,
					    const struct signature_claim *claim)
{
	struct selector *selector = find_selector(checks, answer);
	TALLOC_CTX *scratch = mem_context(checks);
	struct signature_outcome outcome;
	struct span signature;

	if (selector == NULL)
		outcome =
		    outcome_of(AUTH_POLICY, "too many key records to read");
	else if (base64_decode(scratch, claim->signature, &signature))
		outcome = try_keys(checks, selector, claim, signature);
	else
		outcome = outcome_of(AUTH_PERMERROR, "b= is not base64");
	mem_free(scratch);
	return outcome.result == AUTH_NONE
		   ? name_fault(selector, claim->algorithm)
		   : outcome;
}

struct signature_outcome signature_check(struct signature_checks *checks,
					 const struct dns_answer *answer,
					 const struct signature_claim *claim)
{
	if (answer->status == DNS_TEMPORARY)
		return outcome_of(AUTH_TEMPERROR,
				  "the key could not be fetched");
	if (answer->status == DNS_BOGUS)
		return outcome_of(AUTH_TEMPERROR,
				  "the key failed DNSSEC validation");
	if (answer->count > LIMIT_KEY_RECORDS)
		return outcome_of(AUTH_PERMERROR, "too many key records");
	return check_claim(checks, answer, claim);
}
