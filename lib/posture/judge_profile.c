/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge_profile.c - what a domain meets of a profile, row by row
 *
 * The table is lib/profile/rows.c; here is how each kind of row is looked at,
 * and what of a domain must have been seen for it.
 * Tested by test_alignctl_profiles.
 */
#include "lib/posture/judge_profile.h"

#include <string.h>

#include "lib/posture/judge.h"
#include "lib/posture/probe.h"

/* Of a part: was it seen, and what? */
struct seen {
	enum profile_state state; /* MET: it was */
	const char *words;
	bool is_absent; /* MET: and there is none */
};

struct view {
	const struct posture_facts *facts;
	struct posture *posture;
};

static struct seen seen_as(enum profile_state state, const char *words)
{
	return (struct seen){state, words, false};
}

static struct seen seen_none(const char *words)
{
	return (struct seen){PROFILE_MET, words, true};
}

static struct seen is_silent(const struct view *view, const char *name)
{
	return seen_as(
	    PROFILE_NOT_CHECKABLE,
	    mem_printf(view->posture, "%s: DNS does not answer", name));
}

/* --- the parts --- */

static struct seen see_dmarc(const struct view *view)
{
	const struct posture_dmarc *dmarc = &view->facts->dmarc;

	if (!dmarc->found.is_complete || dns_answer_is_failure(dmarc->own))
		return is_silent(view, dmarc->owner);
	if (dmarc->found.record == NULL)
		return seen_none("no DMARC record was found");
	return seen_as(
	    PROFILE_MET,
	    mem_printf(view->posture, "_dmarc.%s has \"%s\"",
		       dmarc->found.policy_domain,
		       posture_shown(view->posture,
				     span_of(dmarc->found.record->text))));
}

/* One that some of its terms could not be asked for may hold anything. */
static struct seen see_spf(const struct view *view)
{
	const struct posture_spf *spf = &view->facts->spf;

	for (size_t i = 0; i < spf->count; i++) {
		const struct posture_spf_record *record = &spf->records[i];
		if (dns_answer_is_failure(record->answer))
			return is_silent(view, record->domain);
	}
	if (spf->is_cut)
		return seen_as(PROFILE_NOT_CHECKABLE,
			       "the SPF record leads to more than was asked");
	if (spf->records[0].record_count != 1)
		return seen_as(PROFILE_MET, "no one SPF record was found");
	return seen_as(
	    PROFILE_MET,
	    mem_printf(view->posture, "%s has \"%s\"", view->posture->domain,
		       posture_shown(view->posture, spf->records[0].text)));
}

/* All that could hold a name. */
static struct seen see_domain(const struct view *view)
{
	struct seen spf = see_spf(view);
	struct seen dmarc = see_dmarc(view);

	if (spf.state != PROFILE_MET)
		return spf;
	if (dmarc.state != PROFILE_MET)
		return dmarc;
	if (dns_answer_is_failure(view->facts->hosts.mx))
		return is_silent(view, view->posture->domain);
	return seen_as(PROFILE_MET, "no record has one");
}

/* "s1._domainkey.d.test (rsa, 2048 bits)" */
static const char *key_words(const struct view *view,
			     const struct posture_key *key)
{
	return mem_printf(view->posture, "%s (%s, %u bits)", key->name,
			  key->says.type == NULL ? "of no known type"
						 : key->says.type,
			  key->says.bits);
}

static struct seen see_keys(const struct view *view)
{
	const struct posture_keys *keys = &view->facts->keys;
	const char *words = "";

	if (judge_is_parked(view->facts))
		return seen_as(PROFILE_NOT_CONCERNED, "it sends no mail");
	for (size_t i = 0; i < keys->count; i++) {
		const struct posture_key *key = &keys->items[i];
		if (dns_answer_is_failure(key->answer))
			return is_silent(view, key->name);
		if (key->answer->count == 1)
			words = mem_printf(view->posture, "%s%s%s", words,
					   *words == '\0' ? "" : ", ",
					   key_words(view, key));
	}
	if (*words == '\0')
		return seen_as(PROFILE_NOT_CHECKABLE,
			       "no key is known: name the selectors with "
			       "--selector");
	return seen_as(PROFILE_MET, words);
}

static bool takes_mail(const struct view *view)
{
	return view->facts->spf.takes_mail;
}

static struct seen see_mx(const struct view *view)
{
	const struct posture_hosts *hosts = &view->facts->hosts;
	const char *words = "";

	if (dns_answer_is_failure(hosts->mx))
		return is_silent(view, view->posture->domain);
	for (size_t i = 0; i < hosts->mx_count; i++) {
		const struct posture_host *mx = &hosts->mxs[i];
		if (dns_answer_is_failure(mx->addresses[0]) ||
		    dns_answer_is_failure(mx->addresses[1]))
			return is_silent(view, mx->name);
		words = mem_printf(
		    view->posture, "%s%s%s", words, i == 0 ? "MX " : ", ",
		    posture_shown(view->posture, span_of(mx->name)));
	}
	return *words == '\0' ? seen_none("it names no MX")
			      : seen_as(PROFILE_MET, words);
}

static struct seen see_sts(const struct view *view)
{
	const struct posture_tls *tls = &view->facts->tls;
	enum fetch_outcome outcome = tls->policy.fetched.outcome;

	if (!takes_mail(view))
		return seen_as(PROFILE_NOT_CONCERNED, "it takes no mail");
	if (dns_answer_is_failure(tls->sts) || tls->policy.is_host_unknown)
		return is_silent(view, tls->sts_owner);
	if (!judge_has_sts(tls))
		return seen_as(PROFILE_MET, "no record was found");
	if (outcome == FETCH_FAILED ||
	    (outcome == FETCH_NOT_TRIED && !tls->policy.has_no_host))
		return seen_as(PROFILE_NOT_CHECKABLE,
			       mem_printf(view->posture,
					  "the policy at %s was not fetched",
					  tls->policy.host));
	return seen_as(
	    PROFILE_MET,
	    mem_printf(view->posture, "the policy at %s", tls->policy.host));
}

static struct seen see_tls_rpt(const struct view *view)
{
	const struct posture_tls *tls = &view->facts->tls;

	if (!takes_mail(view))
		return seen_as(PROFILE_NOT_CONCERNED, "it takes no mail");
	if (dns_answer_is_failure(tls->report))
		return is_silent(view, tls->report_owner);
	return seen_as(PROFILE_MET,
		       mem_printf(view->posture, "%s: %zu records",
				  tls->report_owner, tls->report->count));
}

static struct seen see_hosts(const struct view *view)
{
	const struct posture_pointers *pointers = &view->facts->pointers;

	if (judge_is_parked(view->facts))
		return seen_as(PROFILE_NOT_CONCERNED, "it sends no mail");
	if (pointers->count == 0)
		return seen_as(PROFILE_NOT_CHECKABLE,
			       "no host is known: name them in own.hosts or "
			       "with --host");
	for (size_t i = 0; i < pointers->count; i++) {
		if (pointers->items[i].iprev.result == AUTH_TEMPERROR)
			return is_silent(view, pointers->items[i].client);
	}
	return seen_as(PROFILE_MET,
		       mem_printf(view->posture, "%zu hosts", pointers->count));
}

static struct seen see_dnssec(const struct view *view)
{
	const struct posture_facts *facts = view->facts;

	if (!facts->is_validating)
		return seen_as(PROFILE_NOT_CHECKABLE,
			       "answers are not validated: dns.dnssec = no");
	if (dns_answer_is_failure(facts->dmarc.own) ||
	    dns_answer_is_failure(facts->dmarc.plain) ||
	    dns_answer_is_failure(facts->hosts.mx))
		return is_silent(view, view->posture->domain);
	return seen_as(PROFILE_MET, "all of them are validated");
}

/* What is not known of a server; NULL: nothing. */
static const char *unseen_of(const struct posture_host *host)
{
	if (host->probe_count == 0)
		return "it was not looked at (--live)";
	for (size_t i = 0; i < host->probe_count; i++) {
		const struct posture_probe *probe = host->probes[i];
		if (probe->unchecked != NULL)
			return probe->unchecked;
		if (probe->has_starttls &&
		    (probe->weak == PROBE_UNKNOWN ||
		     probe->versions[PROBE_TLS_1_2] == PROBE_UNKNOWN ||
		     probe->versions[PROBE_TLS_1_3] == PROBE_UNKNOWN))
			return "not all of it could be tried";
	}
	return NULL;
}

static struct seen see_live(const struct view *view)
{
	const struct posture_hosts *hosts = &view->facts->hosts;

	if (dns_answer_is_failure(hosts->mx))
		return is_silent(view, view->posture->domain);
	if (!takes_mail(view))
		return seen_as(PROFILE_NOT_CONCERNED, "it takes no mail");
	for (size_t i = 0; i < hosts->mx_count; i++) {
		const char *unseen = unseen_of(&hosts->mxs[i]);
		if (unseen != NULL)
			return seen_as(
			    PROFILE_NOT_CHECKABLE,
			    mem_printf(
				view->posture, "%s: %s",
				posture_shown(view->posture,
					      span_of(hosts->mxs[i].name)),
				unseen));
	}
	return seen_as(PROFILE_MET,
		       mem_printf(view->posture, "%zu servers were looked at",
				  hosts->mx_count));
}

static struct seen see_parked(const struct view *view)
{
	struct seen spf = see_spf(view);

	if (spf.state != PROFILE_MET)
		return spf;
	if (!judge_is_parked(view->facts))
		return seen_as(PROFILE_NOT_CONCERNED,
			       "its records do not say that it sends no mail; "
			       "where it should not: --parked");
	struct seen dmarc = see_dmarc(view);
	if (dmarc.state != PROFILE_MET)
		return dmarc;
	if (dns_answer_is_failure(view->facts->hosts.mx) ||
	    dns_answer_is_failure(view->facts->keys.wildcard))
		return is_silent(view, view->posture->domain);
	return seen_as(PROFILE_MET, mem_printf(view->posture, "%s; %s",
					       spf.words, dmarc.words));
}

/* Of a name that is not there nothing else was looked for. */
static bool is_missing(const struct posture *posture)
{
	for (size_t i = 0; i < posture->count; i++) {
		if (posture->items[i].kind ==
		    &posture_kinds[POSTURE_DOMAIN_MISSING])
			return true;
	}
	return false;
}

static struct seen see(const struct view *view, enum profile_part part)
{
	static struct seen (*const parts[PARTS])(const struct view *) = {
	    [PART_NONE] = see_domain, [PART_DOMAIN] = see_domain,
	    [PART_DMARC] = see_dmarc, [PART_SPF] = see_spf,
	    [PART_KEYS] = see_keys,   [PART_MX] = see_mx,
	    [PART_STS] = see_sts,     [PART_TLS_RPT] = see_tls_rpt,
	    [PART_HOSTS] = see_hosts, [PART_DNSSEC] = see_dnssec,
	    [PART_LIVE] = see_live,   [PART_PARKED] = see_parked,
	};

	if (is_missing(view->posture))
		return seen_as(PROFILE_NOT_CHECKABLE,
			       "the domain does not exist");
	return parts[part](view);
}

/* --- the kinds of rows --- */

/* Is the row met, as far as its part was seen? If not, what is wrong stands in
 * `result`. */
typedef bool row_judge(const struct view *view, const struct profile_row *row,
		       struct profile_result *result);

static bool judge_findings(const struct view *view,
			   const struct profile_row *row,
			   struct profile_result *result)
{
	const struct posture *posture = view->posture;
	const struct posture_finding *first = NULL;
	size_t others = 0;

	for (size_t i = 0; i < posture->count; i++) {
		const struct posture_finding *found = &posture->items[i];
		if (!profile_has_word(row->subject, found->kind->name))
			continue;
		others += first != NULL;
		first = first == NULL ? found : first;
	}
	if (first == NULL)
		return true;
	result->todo = first->kind->advice;
	result->fix = first->fix;
	result->evidence = mem_printf(
	    view->posture, "%s: %s%s", first->kind->name, first->seen,
	    others == 0 ? "" : " (and more of this row)");
	return false;
}

/* The `all` of the record, or of that to which it redirects; NULL: none. */
static const struct posture_spf_term *find_all(const struct posture_spf *spf)
{
	const struct posture_spf_record *record = &spf->records[0];

	for (size_t steps = 0; steps < spf->count; steps++) {
		const struct posture_spf_term *last =
		    record->count == 0 ? NULL
				       : &record->terms[record->count - 1];
		if (last == NULL || last->term->mechanism == SPF_ALL)
			return last;
		if (last->term->mechanism != SPF_REDIRECT || last->child == 0)
			return NULL;
		record = &spf->records[last->child];
	}
	return NULL;
}

/* "-all", whatever its case; "+all" for one without a sign. */
static const char *qualified(const struct posture_spf_term *all)
{
	switch (all->term->qualifier) {
	case '-':
		return "-all";
	case '~':
		return "~all";
	case '?':
		return "?all";
	default:
		return "+all";
	}
}

static bool judge_spf_all(const struct view *view,
			  const struct profile_row *row,
			  struct profile_result *result)
{
	const struct posture_spf_term *all = find_all(&view->facts->spf);

	if (all != NULL && profile_is_met_by(row, qualified(all)))
		return true;
	result->evidence = mem_printf(
	    view->posture, "the SPF record of %s ends in %s",
	    view->posture->domain, all == NULL ? "no all" : all->text);
	return false;
}

static const char *advice_of(enum posture_kind_id kind)
{
	return posture_kinds[kind].advice;
}

static bool judge_policy(const struct view *view, const struct profile_row *row,
			 struct profile_result *result)
{
	const struct posture_dmarc *dmarc = &view->facts->dmarc;
	const struct record *record = dmarc->found.record;

	if (record != NULL && record->is_usable && !record->is_test_mode &&
	    profile_is_met_by(row, request_text(dmarc->policy)))
		return true;
	if (record == NULL)
		result->todo = advice_of(POSTURE_DMARC_MISSING);
	else if (record->is_test_mode)
		result->todo = advice_of(POSTURE_DMARC_TEST_MODE);
	result->evidence =
	    record == NULL || !record->is_usable
		? mem_printf(view->posture, "no policy is in force for %s",
			     view->posture->domain)
		: mem_printf(view->posture, "the policy for %s is %s%s",
			     view->posture->domain, request_text(dmarc->policy),
			     record->is_test_mode ? ", in test mode" : "");
	return false;
}

static bool judge_rua(const struct view *view, const struct profile_row *row,
		      struct profile_result *result)
{
	const struct posture_dmarc *dmarc = &view->facts->dmarc;

	for (size_t i = 0; i < dmarc->count; i++) {
		const struct posture_destination *destination =
		    &dmarc->destinations[i];
		if (strcmp(destination->tag, "rua") == 0 &&
		    destination->address != NULL &&
		    text_equals_nocase(destination->address, row->wanted))
			return true;
	}
	result->evidence =
	    mem_printf(view->posture, "rua does not have %s", row->wanted);
	return false;
}

static bool has_key_of(const struct posture_keys *keys, struct span type)
{
	for (size_t i = 0; i < keys->count; i++) {
		const struct signature_key_facts *says = &keys->items[i].says;
		if (keys->items[i].answer->count == 1 && says->type != NULL &&
		    says->use_fault == NULL && says->key_fault == NULL &&
		    span_equals(type, says->type))
			return true;
	}
	return false;
}

static bool judge_key_types(const struct view *view,
			    const struct profile_row *row,
			    struct profile_result *result)
{
	struct span rest = span_of(row->wanted);
	struct span type;

	while (rest.length > 0) {
		(void)span_cut(rest, ' ', &type, &rest);
		if (has_key_of(&view->facts->keys, type))
			continue;
		result->evidence =
		    mem_printf(view->posture, "no key of type %.*s is known",
			       (int)type.length, type.data);
		return false;
	}
	return true;
}

/* Nothing is wrong with what is not there, and nothing is right. Mail without
 * an MX may be as it should; a domain without DMARC is none that has it. */
static void judge_absent(const struct profile_row *row,
			 struct profile_result *result)
{
	if (row->part == PART_MX)
		result->state = PROFILE_NOT_CONCERNED;
	if (row->part != PART_DMARC)
		return;
	result->state = PROFILE_NOT_MET;
	result->todo = advice_of(POSTURE_DMARC_MISSING);
}

static void judge_row(const struct view *view, const struct profile_row *row,
		      struct profile_results *results)
{
	static row_judge *const judges[] = {
	    [PROFILE_FINDINGS] = judge_findings,
	    [PROFILE_SPF_ALL] = judge_spf_all,
	    [PROFILE_POLICY] = judge_policy,
	    [PROFILE_RUA] = judge_rua,
	    [PROFILE_KEY_TYPES] = judge_key_types,
	};
	struct seen seen = see(view, row->part);
	struct profile_result result = {
	    .row = row, .state = seen.state, .evidence = seen.words};
	/* A finding is one, whatever else could not be seen. */
	bool is_seen =
	    seen.state == PROFILE_MET || (seen.state == PROFILE_NOT_CHECKABLE &&
					  row->check == PROFILE_FINDINGS);

	if (is_seen && !judges[row->check](view, row, &result))
		result.state = PROFILE_NOT_MET;
	else if (seen.is_absent)
		judge_absent(row, &result);
	profile_results_add(results, &result);
}

struct profile_results *posture_judge_profile(const struct posture_facts *facts,
					      struct posture *posture,
					      enum profile_id profile)
{
	const struct view view = {.facts = facts, .posture = posture};
	struct profile_results *results =
	    profile_results_new(posture, profile, posture->domain);
	const struct profile_row *row = NULL;

	while ((row = profile_next(profile, row)) != NULL) {
		if (row->part != PART_NONE)
			judge_row(&view, row, results);
	}
	return results;
}
