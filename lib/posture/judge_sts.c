/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge_sts.c - the MTA-STS policy (RFC 8461)
 *
 * A policy without its record is none: nothing is wrong with it but that.
 * Tested by test_posture_sts.
 */
#include "lib/posture/judge.h"

#include <inttypes.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/posture/tls_record.h"

#define EVIDENCE_BYTES 4096
#define FAILURES_SHOWN 3
#define DAY_S INT64_C(86400)
#define TESTING_LEAST_S DAY_S
#define ENFORCE_LEAST_S (14 * DAY_S)

bool judge_has_sts(const struct posture_tls *tls)
{
	for (size_t i = 0; i < tls->sts->count; i++) {
		if (tls_record_is(span_make(tls->sts->records[i].text,
					    tls->sts->records[i].length),
				  STS_VERSION))
			return true;
	}
	return false;
}

/* --- what is not there --- */

static void judge_nothing_fetched(const struct posture_sts *sts,
				  struct posture *posture)
{
	/* What each outcome is; nothing where it says nothing of the host. */
	static const enum posture_kind_id kinds[] = {
	    [FETCH_STATUS] = POSTURE_MTA_STS_NO_POLICY,
	    [FETCH_REDIRECT] = POSTURE_MTA_STS_REDIRECT,
	    [FETCH_CERTIFICATE] = POSTURE_MTA_STS_CERTIFICATE,
	    [FETCH_TOO_LARGE] = POSTURE_MTA_STS_POLICY_SYNTAX,
	};

	if (sts->fetched.outcome == FETCH_FAILED)
		posture_unchecked(posture, "the policy at %s: %s", sts->host,
				  sts->fetched.why);
	else
		posture_add(posture, kinds[sts->fetched.outcome], "", NULL,
			    "%s: %s", sts->host, sts->fetched.why);
}

static void judge_no_host(const struct posture_sts *sts,
			  struct posture *posture)
{
	if (sts->is_host_unknown)
		posture_unchecked(posture,
				  "the addresses of %s: DNS does not answer",
				  sts->host);
	else
		posture_add(posture, POSTURE_MTA_STS_NO_POLICY, "", NULL,
			    "%s has no address", sts->host);
}

/* --- a policy --- */

static void judge_type(const struct posture_sts *sts, struct posture *posture)
{
	struct span type;
	struct span parameters;

	(void)span_cut(span_of(sts->fetched.type), ';', &type, &parameters);
	if (!span_equals_nocase(span_trim(type), "text/plain"))
		posture_add(posture, POSTURE_MTA_STS_TYPE, "", NULL,
			    "%s sends \"%s\"", sts->host, sts->fetched.type);
}

static void judge_max_age(const struct sts_policy *policy,
			  struct posture *posture)
{
	bool is_enforced = policy->mode == STS_MODE_ENFORCE;

	if (policy->max_age_s <
	    (is_enforced ? ENFORCE_LEAST_S : TESTING_LEAST_S))
		posture_add(posture,
			    is_enforced ? POSTURE_MTA_STS_SHORT
					: POSTURE_MTA_STS_TESTING_SHORT,
			    "", NULL, "max_age is %lld seconds",
			    (long long)policy->max_age_s);
}

static void judge_mx_hosts(const struct posture_facts *facts,
			   struct posture *posture)
{
	const struct sts_policy *policy = &facts->tls.policy.policy;

	for (size_t i = 0; i < facts->hosts.mx_count; i++) {
		const char *host = facts->hosts.mxs[i].name;
		const char *shown = posture_shown(posture, span_of(host));
		if (sts_policy_allows(policy, host))
			continue;
		posture_add(posture,
			    policy->mode == STS_MODE_ENFORCE
				? POSTURE_MTA_STS_MX_REFUSED
				: POSTURE_MTA_STS_MX_UNLISTED,
			    shown,
			    domain_is_valid(host)
				? mem_printf(posture, "mx: %s", host)
				: NULL,
			    "no mx of the policy has %s", shown);
	}
}

static bool is_used(const struct posture_hosts *hosts, const char *pattern)
{
	for (size_t i = 0; i < hosts->mx_count; i++) {
		if (sts_pattern_matches(pattern, hosts->mxs[i].name))
			return true;
	}
	return false;
}

static void judge_patterns(const struct posture_facts *facts,
			   struct posture *posture)
{
	const struct text_list *patterns = &facts->tls.policy.policy.mx;

	if (facts->hosts.mx->count > LIMIT_POSTURE_HOSTS)
		return; /* not all of them were looked at */
	for (size_t i = 0; i < patterns->count; i++) {
		if (!is_used(&facts->hosts, patterns->items[i]))
			posture_add(posture, POSTURE_MTA_STS_PATTERN_UNUSED,
				    patterns->items[i], NULL, "mx: %s",
				    patterns->items[i]);
	}
}

/* --- from testing to enforce --- */

static void write_failures(const struct posture_reported *reported,
			   struct strbuf *text)
{
	size_t shown = reported->tls_failing < FAILURES_SHOWN
			   ? reported->tls_failing
			   : FAILURES_SHOWN;

	for (size_t i = 0; i < shown; i++) {
		const struct posture_tls_failure *failure =
		    &reported->tls_failures[i];
		strbuf_printf(text, "%s%" PRId64 " %s%s%s", i == 0 ? ": " : ", ",
			      failure->sessions, failure->type,
			      *failure->mx == '\0' ? "" : " at ", failure->mx);
	}
	if (reported->tls_failing > shown)
		strbuf_printf(text, " and %zu kinds more",
			      reported->tls_failing - shown);
}

static const char *write_evidence(const struct posture_reported *reported,
				  TALLOC_CTX *mem)
{
	int64_t further = reported->all_tls_reports - reported->tls_reports;
	struct strbuf text;

	strbuf_init(&text, mem, EVIDENCE_BYTES);
	strbuf_printf(&text,
		      "; in the last %d days %" PRId64
		      " proved TLS report%s counted %" PRId64
		      " sessions, of which %" PRId64 " succeeded and %" PRId64
		      " failed",
		      POSTURE_REPORTED_DAYS, reported->tls_reports,
		      reported->tls_reports == 1 ? "" : "s",
		      reported->sts_sessions,
		      reported->sts_sessions - reported->sts_failed,
		      reported->sts_failed);
	write_failures(reported, &text);
	if (further > 0)
		strbuf_printf(&text,
			      "; not counted: %" PRId64
			      " that nothing proves to be from whom they name",
			      further);
	return strbuf_text(&text);
}

/* What TLS reports say of a step to enforce; or nothing, without any. */
static const char *evidence(const struct posture_facts *facts,
			    struct posture *posture)
{
	const struct posture_reported *reported;

	if (facts->traffic == NULL)
		return "";
	reported = &facts->traffic->reported;
	if (reported->sts_sessions > 0)
		return write_evidence(reported, posture);
	if (reported->all_tls_reports == 0)
		return "";
	return mem_printf(posture,
			  "; in the last %d days %" PRId64
			  " TLS report%s came, none of which is proved and "
			  "counts a session under the policy: no evidence",
			  POSTURE_REPORTED_DAYS, reported->all_tls_reports,
			  reported->all_tls_reports == 1 ? "" : "s");
}

static bool has_all_mx(const struct posture_facts *facts)
{
	for (size_t i = 0; i < facts->hosts.mx_count; i++) {
		if (!sts_policy_allows(&facts->tls.policy.policy,
				       facts->hosts.mxs[i].name))
			return false;
	}
	return true;
}

/* The line to go on to, where nothing that is known speaks against it. */
static const char *enforced(const struct posture_facts *facts)
{
	const struct posture_traffic *traffic = facts->traffic;
	bool is_backed = traffic != NULL && traffic->reported.sts_sessions > 0 &&
			 traffic->reported.sts_failed == 0;

	return is_backed && has_all_mx(facts) ? "mode: enforce" : NULL;
}

static void judge_mode(const struct posture_facts *facts,
		       struct posture *posture)
{
	const struct sts_policy *policy = &facts->tls.policy.policy;

	if (policy->mode == STS_MODE_NONE)
		posture_add(posture, POSTURE_MTA_STS_NONE, "", NULL,
			    "mode: none");
	else if (policy->mode == STS_MODE_TESTING)
		posture_add(posture, POSTURE_MTA_STS_TESTING, "",
			    enforced(facts),
			    "mode: testing%s", evidence(facts, posture));
}

static void judge_policy(const struct posture_facts *facts,
			 struct posture *posture)
{
	const struct posture_sts *sts = &facts->tls.policy;

	judge_type(sts, posture);
	if (sts->policy.doubled != NULL)
		posture_add(posture, POSTURE_MTA_STS_DOUBLED, "", NULL,
			    "%s stands twice", sts->policy.doubled);
	judge_mode(facts, posture);
	if (sts->policy.mode == STS_MODE_NONE)
		return;
	judge_max_age(&sts->policy, posture);
	judge_mx_hosts(facts, posture);
	judge_patterns(facts, posture);
}

void judge_sts(const struct posture_facts *facts, struct posture *posture)
{
	const struct posture_sts *sts = &facts->tls.policy;

	if (!judge_has_sts(&facts->tls))
		return; /* judge_tls has what is to be said */
	if (sts->fetched.outcome == FETCH_NOT_TRIED) {
		if (sts->has_no_host)
			judge_no_host(sts, posture);
		return;
	}
	if (sts->fetched.outcome != FETCH_DONE)
		judge_nothing_fetched(sts, posture);
	else if (sts->fault != NULL)
		posture_add(posture, POSTURE_MTA_STS_POLICY_SYNTAX, "", NULL,
			    "%s: %s", sts->host, sts->fault);
	else
		judge_policy(facts, posture);
}
