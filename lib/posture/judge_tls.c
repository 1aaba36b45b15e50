/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge_tls.c - MTA-STS and TLS-RPT records, and DANE
 *
 * RFC 8461 3.1, RFC 8460 3, RFC 7672 (which TLSA records SMTP can use: 3.1.3),
 * RFC 6698 2.1. A domain that takes no mail needs none of them.
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/judge.h"

#include "lib/base/strbuf.h"
#include "lib/posture/mend.h"
#include "lib/posture/tls_record.h"

#define WANTED_BYTES 16384 /* 30 MX and words */

/* --- TXT records --- */

/* What is to be said of records of one kind. */
struct record_kind {
	const char *version;
	const char *(*fault)(struct span text);
	enum posture_kind_id missing;
	enum posture_kind_id several;
	enum posture_kind_id syntax;
	const char *beside; /* what else is to be said where it is missing */
};

static void judge_record(struct span text, const char *owner,
			 const struct record_kind *kind,
			 struct posture *posture)
{
	const char *fault = kind->fault(text);

	if (fault != NULL)
		posture_add(posture, kind->syntax, "", NULL,
			    "%s has \"%s\": %s", owner,
			    posture_shown(posture, text), fault);
}

/* One that begins as the version does, whatever stands behind it: senders see
 * none, who looks at the zone sees one. */
static bool is_meant(struct span text, const char *version)
{
	return span_starts_nocase(span_trim(text), version);
}

static void judge_no_record(const struct dns_answer *answer, const char *owner,
			    const struct record_kind *kind, const char *fix,
			    struct posture *posture)
{
	for (size_t i = 0; i < answer->count; i++) {
		struct span text = span_make(answer->records[i].text,
					     answer->records[i].length);
		if (!is_meant(text, kind->version))
			continue;
		posture_add(posture, kind->syntax, "", fix,
			    "%s has \"%s\": it does not begin with \"%s;\"",
			    owner, posture_shown(posture, text), kind->version);
		return;
	}
	posture_add(posture, kind->missing, "", fix, "%s has none%s", owner,
		    kind->beside);
}

static void judge_records(const struct dns_answer *answer, const char *owner,
			  const struct record_kind *kind, const char *fix,
			  struct posture *posture)
{
	struct span found = {0};
	size_t count = 0;

	for (size_t i = 0; i < answer->count; i++) {
		struct span text = span_make(answer->records[i].text,
					     answer->records[i].length);
		if (!tls_record_is(text, kind->version))
			continue;
		found = text;
		count++;
	}
	if (dns_answer_is_failure(answer))
		posture_unchecked(posture,
				  "the TXT records of %s: DNS does not answer",
				  owner);
	else if (count == 0)
		judge_no_record(answer, owner, kind, fix, posture);
	else if (count > 1)
		posture_add(posture, kind->several, "", NULL, "%s has %zu",
			    owner, count);
	else
		judge_record(found, owner, kind, posture);
}

/* What the record is nothing without, for the MX that there are. */
static const char *policy_wanted(const struct posture_facts *facts,
				 struct posture *posture)
{
	struct strbuf text;

	strbuf_init(&text, posture, WANTED_BYTES);
	strbuf_printf(&text,
		      "; the policy it is for is a text at "
		      "https://%s/.well-known/mta-sts.txt with the lines "
		      "\"version: STSv1\", \"mode: testing\", \"max_age: "
		      "86400\"",
		      facts->tls.policy.host);
	for (size_t i = 0; i < facts->hosts.mx_count; i++)
		strbuf_printf(
		    &text, ", \"mx: %s\"",
		    posture_shown(posture, span_of(facts->hosts.mxs[i].name)));
	return strbuf_text(&text);
}

static bool has_policy(const struct posture_sts *sts)
{
	return sts->fetched.outcome == FETCH_DONE && sts->fault == NULL;
}

static void judge_texts(const struct posture_facts *facts,
			struct posture *posture)
{
	const struct posture_tls *tls = &facts->tls;
	bool has_file = has_policy(&tls->policy);
	const struct record_kind sts = {
	    STS_VERSION,
	    tls_record_sts_fault,
	    has_file ? POSTURE_MTA_STS_NO_RECORD : POSTURE_MTA_STS_MISSING,
	    POSTURE_MTA_STS_SEVERAL,
	    POSTURE_MTA_STS_SYNTAX,
	    has_file ? "" : policy_wanted(facts, posture)};
	static const struct record_kind report = {
	    TLSRPT_VERSION,	     tls_record_report_fault,
	    POSTURE_TLS_RPT_MISSING, POSTURE_TLS_RPT_SEVERAL,
	    POSTURE_TLS_RPT_SYNTAX,  ""};
	const char *better = mend_tls_report(posture, facts);

	judge_records(
	    tls->sts, tls->sts_owner, &sts,
	    posture_txt(posture, tls->sts_owner, STS_VERSION "; id=1"),
	    posture);
	judge_records(tls->report, tls->report_owner, &report, better, posture);
	for (size_t i = 0; i < tls->gone.count; i++)
		posture_add(posture, POSTURE_TLS_RPT_GONE, tls->gone.items[i],
			    better, "%s: rua=%s", tls->report_owner,
			    tls->gone.items[i]);
}

/* --- DANE --- */

#define TLSA_HEAD 3 /* usage, selector, matching type */

const char *judge_tlsa_fault(const struct dns_record *record)
{
	static const size_t lengths[] = {0, 32, 64}; /* whole, SHA-256, 512 */
	const unsigned char *data = (const unsigned char *)record->text;
	size_t length = record->length - TLSA_HEAD;

	if (record->length <= TLSA_HEAD)
		return "it has no data";
	if (data[0] != 2 && data[0] != 3)
		return "its usage is neither 2 nor 3";
	if (data[1] > 1)
		return "its selector is neither 0 nor 1";
	if (data[2] >= COUNT_OF(lengths))
		return "its matching type is none of 0, 1, 2";
	return lengths[data[2]] == 0 || lengths[data[2]] == length
		   ? NULL
		   : "its digest has another length";
}

static size_t judge_tlsa_records(const struct posture_host *host,
				 struct posture *posture)
{
	size_t usable = 0;

	for (size_t i = 0; i < host->tlsa->count; i++) {
		const struct dns_record *record = &host->tlsa->records[i];
		const char *fault = judge_tlsa_fault(record);
		usable += fault == NULL;
		if (fault != NULL)
			posture_add(posture, POSTURE_TLSA_UNUSABLE, host->name,
				    NULL, "_25._tcp.%s: %s", host->name, fault);
	}
	return usable;
}

static bool is_secure_host(const struct posture_host *host)
{
	for (size_t i = 0; i < COUNT_OF(host->addresses); i++) {
		if (host->addresses[i]->status == DNS_OK &&
		    !host->addresses[i]->is_secure)
			return false;
	}
	return true;
}

bool judge_is_dane(const struct posture_facts *facts,
		   const struct posture_host *host)
{
	return facts->hosts.mx->is_secure && is_secure_host(host) &&
	       host->tlsa->is_secure;
}

static void judge_tlsa(const struct posture_facts *facts,
		       const struct posture_host *host, struct posture *posture)
{
	bool is_secure = facts->hosts.mx->is_secure && is_secure_host(host);

	if (dns_answer_is_failure(host->tlsa)) {
		posture_unchecked(posture,
				  "TLSA of %s: DNS does not answer; senders "
				  "that do DANE defer their mail",
				  host->name);
		return;
	}
	if (host->tlsa->count == 0) {
		if (is_secure)
			posture_add(posture, POSTURE_TLSA_MISSING, host->name,
				    NULL, "_25._tcp.%s", host->name);
		return;
	}
	if (judge_tlsa_records(host, posture) == 1)
		posture_add(posture, POSTURE_TLSA_SINGLE, host->name, NULL,
			    "_25._tcp.%s", host->name);
	if (facts->is_validating && !judge_is_dane(facts, host))
		posture_add(posture, POSTURE_TLSA_UNSIGNED, host->name, NULL,
			    "_25._tcp.%s", host->name);
}

void judge_tls(const struct posture_facts *facts, struct posture *posture)
{
	const struct posture_hosts *hosts = &facts->hosts;

	if (hosts->mx_count == 0)
		return;
	judge_texts(facts, posture);
	judge_sts(facts, posture);
	judge_sts_kept(facts, posture);
	for (size_t i = 0; i < hosts->mx_count; i++)
		judge_tlsa(facts, &hosts->mxs[i], posture);
}
