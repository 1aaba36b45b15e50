/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge_sts_kept.c - what senders still hold of MTA-STS policies seen before
 *
 * RFC 8461 3.1, 5.1: a sender asks for a policy again when the record has
 * another id, or when what it holds is too old. 8.1, 8.3: how to change and how
 * to remove one. What could not be looked at today is no change.
 * Tested by test_posture_sts.
 */
#include "lib/posture/judge.h"

#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/limits.h"
#include "lib/posture/tls_record.h"

#define LEARNED_S 86400 /* RFC 8461 10.2: senders look for a new id once a day */
#define ID_BYTES 16

/* How the policies that senders may hold stand beside what is published. */
struct comparing {
	const struct posture_facts *facts;
	struct posture *posture;
	int64_t now_s;
	const struct sts_kept *offered; /* NULL: nothing that is valid */
	const char *gone; /* why nothing is; NULL: that is not known, either */
};

static const char *day_of(struct comparing *comparing, int64_t time_s)
{
	char text[CLOCK_TEXT];

	return mem_strdup(comparing->posture, clock_text(time_s, text));
}

/* An id that no record had before: the second at hand. */
static const char *new_record(struct comparing *comparing)
{
	const char *text = mem_printf(comparing->posture,
				      STS_VERSION "; id=%lld",
				      (long long)comparing->now_s);

	return posture_txt(comparing->posture,
			   comparing->facts->tls.sts_owner, text);
}

static bool is_held(const struct comparing *comparing,
		    const struct sts_kept *kept)
{
	return sts_kept_until(kept) > comparing->now_s &&
	       (comparing->offered == NULL ||
		!sts_kept_is_same(kept, comparing->offered));
}

/* Will its holder find another one before it is too old? */
static bool is_superseded(const struct comparing *comparing,
			  const struct sts_kept *kept)
{
	return comparing->offered != NULL &&
	       strcmp(comparing->offered->id, kept->id) != 0;
}

/* Of those that are held and that `wanted` picks, the one held the longest. */
static const struct sts_kept *
find_longest(const struct comparing *comparing, const char *host,
	     bool (*wanted)(const struct comparing *comparing,
			    const struct sts_kept *kept, const char *host))
{
	const struct sts_kept_list *list = &comparing->facts->tls.sts_kept;
	const struct sts_kept *found = NULL;

	for (size_t i = 0; i < list->count; i++) {
		const struct sts_kept *kept = &list->items[i];
		if (is_held(comparing, kept) &&
		    wanted(comparing, kept, host) &&
		    (found == NULL ||
		     sts_kept_until(kept) > sts_kept_until(found)))
			found = kept;
	}
	return found;
}

/* --- changed, and nobody is told --- */

static bool has_same_id(const struct comparing *comparing,
			const struct sts_kept *kept, const char *host)
{
	(void)host;
	return !is_superseded(comparing, kept);
}

static void judge_id(struct comparing *comparing)
{
	const struct sts_kept *old;

	if (comparing->offered == NULL)
		return;
	old = find_longest(comparing, "", has_same_id);
	if (old != NULL)
		posture_add(comparing->posture, POSTURE_MTA_STS_ID_UNCHANGED,
			    "", new_record(comparing),
			    "the id is still %s, as with the policy of %s "
			    "(mode: %s, max_age: %lld); who has that one keeps "
			    "it until %s",
			    posture_shown(comparing->posture, span_of(old->id)),
			    day_of(comparing, old->last_s),
			    sts_mode_text(old->policy.mode),
			    (long long)old->policy.max_age_s,
			    day_of(comparing, sts_kept_until(old)));
}

/* --- taken away --- */

static bool is_enforced(const struct comparing *comparing,
			const struct sts_kept *kept, const char *host)
{
	(void)comparing;
	(void)host;
	return kept->policy.mode == STS_MODE_ENFORCE;
}

static void judge_withdrawn(struct comparing *comparing)
{
	const struct sts_kept *old;

	if (comparing->gone == NULL)
		return;
	old = find_longest(comparing, "", is_enforced);
	if (old != NULL)
		posture_add(comparing->posture, POSTURE_MTA_STS_WITHDRAWN, "",
			    new_record(comparing),
			    "%s; who has the enforced policy of %s keeps it "
			    "until %s",
			    comparing->gone, day_of(comparing, old->last_s),
			    day_of(comparing, sts_kept_until(old)));
}

/* --- mail servers that came after it --- */

static bool refuses_for_good(const struct comparing *comparing,
			     const struct sts_kept *kept, const char *host)
{
	return kept->policy.mode == STS_MODE_ENFORCE &&
	       !is_superseded(comparing, kept) &&
	       !sts_policy_allows(&kept->policy, host);
}

static bool refuses_for_now(const struct comparing *comparing,
			    const struct sts_kept *kept, const char *host)
{
	return kept->policy.mode == STS_MODE_ENFORCE &&
	       is_superseded(comparing, kept) &&
	       !sts_policy_allows(&kept->policy, host);
}

/* Since when do we see the id that is published? */
static int64_t id_since(const struct comparing *comparing)
{
	const struct sts_kept_list *list = &comparing->facts->tls.sts_kept;
	int64_t since_s = comparing->now_s;

	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i].id, comparing->offered->id) == 0 &&
		    list->items[i].first_s < since_s)
			since_s = list->items[i].first_s;
	}
	return since_s;
}

static void add_refusal(struct comparing *comparing,
			enum posture_kind_id kind, const char *host,
			const char *fix, const struct sts_kept *old)
{
	const char *shown = posture_shown(comparing->posture, span_of(host));

	posture_add(comparing->posture, kind, shown, fix,
		    "%s is in no mx of the enforced policy of %s, which "
		    "senders may hold until %s",
		    shown, day_of(comparing, old->last_s),
		    day_of(comparing, sts_kept_until(old)));
}

static void judge_host(struct comparing *comparing, const char *host)
{
	const struct sts_kept *offered = comparing->offered;
	const struct sts_kept *old;

	/* The policy of today refuses it: that is said already. */
	if (offered != NULL && offered->policy.mode == STS_MODE_ENFORCE &&
	    !sts_policy_allows(&offered->policy, host))
		return;
	old = find_longest(comparing, host, refuses_for_good);
	if (old != NULL) {
		add_refusal(comparing, POSTURE_MTA_STS_MX_CACHED, host,
			    offered == NULL ? NULL : new_record(comparing),
			    old);
		return;
	}
	old = find_longest(comparing, host, refuses_for_now);
	if (old != NULL && comparing->now_s - id_since(comparing) < LEARNED_S)
		add_refusal(comparing, POSTURE_MTA_STS_MX_EARLY, host, NULL,
			    old);
}

/* --- what is published --- */

/* The one record, where there is one and it is valid. */
static bool find_id(const struct dns_answer *answer, struct span *id)
{
	size_t count = 0;

	for (size_t i = 0; i < answer->count; i++) {
		struct span text = span_make(answer->records[i].text,
					     answer->records[i].length);
		if (!tls_record_is(text, STS_VERSION))
			continue;
		count++;
		if (tls_record_sts_fault(text) != NULL)
			return false;
		*id = tls_record_field(text, "id");
	}
	return count == 1;
}

/* Why a sender finds no policy there; NULL where it may find one. */
static const char *why_gone(const struct posture_facts *facts)
{
	const struct posture_tls *tls = &facts->tls;
	struct span id;

	if (dns_answer_is_failure(tls->sts))
		return NULL;
	if (!find_id(tls->sts, &id))
		return judge_has_sts(tls) ? "the record is not valid"
					  : "the record is gone";
	switch (tls->policy.fetched.outcome) {
	case FETCH_NOT_TRIED:
		return tls->policy.has_no_host && !tls->policy.is_host_unknown
			   ? "the policy's host has no address"
			   : NULL;
	case FETCH_FAILED:
		return NULL;
	case FETCH_DONE:
		return tls->policy.fault == NULL ? NULL
						 : "the policy is not valid";
	case FETCH_STATUS:
	case FETCH_REDIRECT:
	case FETCH_CERTIFICATE:
	case FETCH_TOO_LARGE:
		break;
	}
	return "the policy cannot be had";
}

static const struct sts_kept *copy_offered(const struct posture_facts *facts,
					   struct span id, int64_t now_s,
					   struct posture *posture)
{
	struct sts_kept *kept = mem_new(posture, struct sts_kept);
	const struct sts_policy *policy = &facts->tls.policy.policy;

	*kept = (struct sts_kept){
	    .domain = posture->domain,
	    .id = mem_strndup(posture, id.data, id.length),
	    .policy = *policy,
	    .first_s = now_s,
	    .last_s = now_s,
	};
	kept->policy.doubled = NULL;
	kept->policy.mx.items =
	    mem_array(posture, const char *, policy->mx.count);
	for (size_t i = 0; i < policy->mx.count; i++)
		kept->policy.mx.items[i] =
		    mem_strdup(posture, policy->mx.items[i]);
	return kept;
}

void judge_sts_kept(const struct posture_facts *facts, struct posture *posture)
{
	const struct posture_sts *sts = &facts->tls.policy;
	struct comparing comparing = {
	    .facts = facts,
	    .posture = posture,
	    .now_s = facts->tls.now_s,
	    .gone = why_gone(facts),
	};
	struct span id;

	if (sts->fetched.outcome == FETCH_DONE && sts->fault == NULL &&
	    find_id(facts->tls.sts, &id))
		comparing.offered =
		    copy_offered(facts, id, comparing.now_s, posture);
	posture->sts = comparing.offered;
	judge_id(&comparing);
	judge_withdrawn(&comparing);
	/* Before the record or the policy could be looked at, nobody knows
	 * what senders find. */
	if (comparing.offered == NULL && comparing.gone == NULL)
		return;
	for (size_t i = 0; i < facts->hosts.mx_count; i++)
		judge_host(&comparing, facts->hosts.mxs[i].name);
}
