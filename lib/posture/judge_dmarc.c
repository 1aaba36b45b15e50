/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge_dmarc.c - the policy record, tag by tag, and whom it names
 *
 * RFC 9989 4.7, 4.8, 4.10, 5.1; RFC 9990 4. What makes a record valid is the
 * daemon's own opinion (lib/dmarc/record.h).
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/judge.h"

#include <inttypes.h>
#include <string.h>

#include "lib/auth/spf_record.h"
#include "lib/base/domain.h"
#include "lib/base/strbuf.h"
#include "lib/posture/mend.h"
#include "lib/report/make/destination.h"

#define EVIDENCE_BYTES 4096

/* --- what stands at the name --- */

static struct span record_span(const struct dns_record *record)
{
	return span_make(record->text, record->length);
}

static size_t count_records(const struct dns_answer *answer)
{
	size_t count = 0;

	for (size_t i = 0; i < answer->count; i++)
		count += record_has_version(record_span(&answer->records[i]));
	return count;
}

/* "v=dmarc1; p=none", "DMARC1; p=none": whoever wrote it meant a policy. */
static bool looks_like_policy(struct span text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (span_starts_nocase(span_from(text, i), "dmarc1"))
			return !record_has_version(text);
	}
	return false;
}

static void judge_lookalikes(const struct posture_dmarc *dmarc,
			     struct posture *posture)
{
	for (size_t i = 0; i < dmarc->own->count; i++) {
		struct span text = record_span(&dmarc->own->records[i]);
		if (looks_like_policy(text))
			posture_add(posture, POSTURE_DMARC_LOOKALIKE, "", NULL,
				    "%s has \"%s\"", dmarc->owner,
				    posture_shown(posture, text));
	}
	if (count_records(dmarc->plain) > 0)
		posture_add(posture, POSTURE_DMARC_MISPLACED, "", NULL,
			    "%s itself has one, it belongs at %s",
			    posture->domain, dmarc->owner);
}

static void judge_presence(const struct posture_facts *facts,
			   struct posture *posture)
{
	const struct posture_dmarc *dmarc = &facts->dmarc;
	size_t count = count_records(dmarc->own);

	if (count > 1)
		posture_add(posture, POSTURE_DMARC_SEVERAL, "", NULL,
			    "%s has %zu records that begin with v=DMARC1",
			    dmarc->owner, count);
	else if (dmarc->found.record == NULL)
		posture_add(posture, POSTURE_DMARC_MISSING, "",
			    mend_dmarc(posture, facts),
			    "neither %s nor a name above has one%s",
			    dmarc->owner,
			    facts->spf.takes_mail || judge_is_parked(facts)
				? ""
				: "; add rua= with a mailbox that you read: "
				  "the domain itself takes no mail");
}

/* --- the tags --- */

/* One finding for each fault that the parser told. */
static void judge_syntax(const struct record *record, const char *owner,
			 const char *fix, struct posture *posture)
{
	struct span rest = span_of(record->problem);
	bool has_more = record->problem != NULL;

	while (has_more) {
		struct span one;
		has_more = span_cut(rest, ',', &one, &rest);
		one = span_trim(one);
		const char *fault = mem_strndup(posture, one.data, one.length);
		posture_add(posture, POSTURE_DMARC_SYNTAX, fault, fix,
			    "%s: %s, in \"%s\"", owner, fault,
			    posture_shown(posture, span_of(record->text)));
	}
}

static bool is_historic(struct span name)
{
	return span_equals_nocase(name, "pct") ||
	       span_equals_nocase(name, "rf") || span_equals_nocase(name, "ri");
}

static void judge_tag(struct span piece, const char *owner, const char *fix,
		      struct posture *posture)
{
	struct span name;
	struct span value;

	if (!span_cut(piece, '=', &name, &value))
		return; /* the parser told of it */
	name = span_trim(name);
	if (!is_historic(name) && record_knows_tag(name))
		return;
	const char *tag = posture_shown(posture, name);
	posture_add(posture,
		    is_historic(name) ? POSTURE_DMARC_HISTORIC
				      : POSTURE_DMARC_UNKNOWN_TAG,
		    tag, fix, "%s: %s", owner,
		    posture_shown(posture, span_trim(piece)));
}

static void judge_tags(const struct record *record, const char *owner,
		       const char *fix, struct posture *posture)
{
	struct span rest = text_unescape(posture, record->text);
	bool has_more = true;

	while (has_more) {
		struct span piece;
		has_more = span_cut(rest, ';', &piece, &rest);
		judge_tag(piece, owner, fix, posture);
	}
}

/* --- how strong --- */

/* Below 100 as long as anything failed. */
static double share_of(const struct posture_reported *reported)
{
	double share = (double)reported->aligned / (double)reported->messages;

	return (double)(int)(share * 10000) / 100;
}

/* From where the rest came. */
static void write_sources(const struct posture_reported *reported,
			  struct strbuf *text)
{
	for (size_t i = 0; i < COUNT_OF(reported->sources); i++) {
		const struct posture_source *source = &reported->sources[i];
		if (source->failed > 0)
			strbuf_printf(text, "%s%s (%" PRId64 ")",
				      i == 0 ? "; not those of " : ", ",
				      source->address, source->failed);
	}
	if (reported->failing > COUNT_OF(reported->sources))
		strbuf_printf(text, " and %zu more",
			      reported->failing - COUNT_OF(reported->sources));
}

/* What the reports say that a stronger policy would do. */
static const char *write_evidence(TALLOC_CTX *mem,
				  const struct posture_reported *reported)
{
	int64_t further = reported->all_reports - reported->reports;
	struct strbuf text;

	strbuf_init(&text, mem, EVIDENCE_BYTES);
	strbuf_printf(&text,
		      "; in the last %d days %" PRId64
		      " proved report%s counted %" PRId64
		      " messages, %.2f %% of them aligned",
		      POSTURE_REPORTED_DAYS, reported->reports,
		      reported->reports == 1 ? "" : "s", reported->messages,
		      share_of(reported));
	write_sources(reported, &text);
	if (further > 0)
		strbuf_printf(&text,
			      "; not counted: %" PRId64
			      " that nothing proves to be from whom they name",
			      further);
	return strbuf_text(&text);
}

/* Or nothing, where there are no reports. */
static const char *evidence_of(const struct posture_facts *facts,
			       TALLOC_CTX *mem)
{
	const struct posture_reported *reported;

	if (facts->traffic == NULL)
		return "";
	reported = &facts->traffic->reported;
	if (reported->messages > 0)
		return write_evidence(mem, reported);
	if (reported->all_reports == 0)
		return "";
	return mem_printf(mem,
			  "; in the last %d days %" PRId64
			  " report%s came, and nothing proves that any is from "
			  "whom it names: no evidence",
			  POSTURE_REPORTED_DAYS, reported->all_reports,
			  reported->all_reports == 1 ? "" : "s");
}

static void judge_policy(const struct posture_facts *facts,
			 struct posture *posture)
{
	const struct posture_dmarc *dmarc = &facts->dmarc;
	const char *evidence = evidence_of(facts, posture);
	bool is_of_below = dmarc->policy < dmarc->found.record->p;
	const char *fix = mend_dmarc_step(
	    posture, facts, is_of_below ? MEND_BELOW : MEND_POLICY);

	if (dmarc->policy == REQUEST_NONE)
		posture_add(posture, POSTURE_DMARC_NONE, "", fix,
			    "the policy for %s is none%s", posture->domain,
			    evidence);
	else if (dmarc->policy == REQUEST_QUARANTINE)
		posture_add(posture, POSTURE_DMARC_QUARANTINE, "", fix,
			    "the policy for %s is quarantine%s",
			    posture->domain, evidence);
	if (dmarc->found.record->is_test_mode)
		posture_add(posture, POSTURE_DMARC_TEST_MODE, "",
			    mend_dmarc_step(posture, facts, MEND_TRIAL),
			    "the record of %s has t=y",
			    dmarc->found.policy_domain);
}

static void judge_spf_beside(const struct posture_dmarc *dmarc,
			     struct posture *posture)
{
	struct span text;

	if (dns_answer_is_failure(dmarc->plain))
		posture_unchecked(posture,
				  "the TXT records of %s: DNS does not answer",
				  posture->domain);
	else if (dmarc->policy == REQUEST_REJECT &&
		 spf_record_select(dmarc->plain, &text) == 0)
		posture_add(posture, POSTURE_DMARC_REJECT_WITHOUT_SPF, "", NULL,
			    "%s has no SPF record", posture->domain);
}

/* What names below get, when the record is the domain's own. */
static void judge_below(const struct posture_facts *facts,
			struct posture *posture)
{
	const struct record *record = facts->dmarc.found.record;
	const char *fix = mend_dmarc_step(posture, facts, MEND_BELOW);

	if (record->sp != REQUEST_ABSENT && record->sp < record->p)
		posture_add(posture, POSTURE_DMARC_SP_WEAK, "", fix,
			    "p=%s, but sp=%s", request_text(record->p),
			    request_text(record->sp));
	if (record->np != REQUEST_ABSENT && record->np < record->p)
		posture_add(posture, POSTURE_DMARC_NP_WEAK, "", fix,
			    "p=%s, but np=%s", request_text(record->p),
			    request_text(record->np));
}

/* --- whom it names --- */

static void judge_reach(const struct posture_destination *found,
			const char *fix, struct posture *posture)
{
	static const char *const words[] = {
	    [REACH_YES] = NULL,
	    [REACH_NO_NAME] = "does not exist",
	    [REACH_NO_HOST] = "has neither MX nor address",
	    [REACH_NULL_MX] = "says by a null MX that it takes no mail",
	    [REACH_UNKNOWN] = NULL,
	};
	const char *host = destination_host(found->address);

	if (found->reach == REACH_UNKNOWN)
		posture_unchecked(posture,
				  "whether %s takes mail: DNS does not answer",
				  host);
	else if (words[found->reach] != NULL)
		posture_add(posture, POSTURE_DMARC_ADDRESS_UNREACHABLE,
			    found->address, fix, "%s=%s: %s %s", found->tag,
			    found->address, host, words[found->reach]);
}

static void judge_agreement(const struct posture_dmarc *dmarc,
			    const struct posture_destination *found,
			    struct posture *posture)
{
	const char *host = destination_host(found->address);
	const char *name = mem_printf(posture, "%s._report._dmarc.%s",
				      dmarc->found.policy_domain, host);

	if (found->check.status == DESTINATION_UNAUTHORISED)
		posture_add(
		    posture, POSTURE_DMARC_ADDRESS_REFUSED, found->address,
		    posture_txt(posture, name, "v=DMARC1;"), "%s=%s: %s",
		    found->tag, found->address, found->check.why);
	else if (found->check.status == DESTINATION_UNKNOWN)
		posture_unchecked(posture, "whether %s agrees to reports: %s",
				  host, found->check.why);
}

/* What is wrong with a gone service's address is that it stands there. */
static void judge_address(const struct posture_dmarc *dmarc, size_t index,
			  const char *fix, struct posture *posture)
{
	const struct posture_destination *found = &dmarc->destinations[index];

	if (found->is_gone) {
		posture_add(posture, POSTURE_DMARC_ADDRESS_GONE, found->address,
			    fix, "%s=%s", found->tag, found->address);
		return;
	}
	judge_reach(found, fix, posture);
	if (found->reach == REACH_YES)
		judge_agreement(dmarc, found, posture);
}

static void judge_destinations(const struct posture_dmarc *dmarc,
			       const char *fix, struct posture *posture)
{
	for (size_t i = 0; i < dmarc->count; i++) {
		const struct posture_destination *found =
		    &dmarc->destinations[i];
		const char *uri = posture_shown(posture, span_of(found->uri));
		if (found->address == NULL)
			posture_add(posture, POSTURE_DMARC_ADDRESS_UNUSABLE,
				    uri, fix, "%s=%s", found->tag, uri);
		else if (mend_is_repeated(dmarc, i))
			posture_add(posture, POSTURE_DMARC_ADDRESS_DOUBLED, uri,
				    fix, "%s=%s stands there again", found->tag,
				    uri);
		else
			judge_address(dmarc, i, fix, posture);
	}
}

static void judge_reporting(const struct posture_facts *facts, const char *fix,
			    struct posture *posture)
{
	const struct posture_dmarc *dmarc = &facts->dmarc;
	const struct record *record = dmarc->found.record;
	const char *domain = dmarc->found.policy_domain;

	if (record->rua.count == 0)
		posture_add(posture, POSTURE_DMARC_NO_RUA, "", fix,
			    "the record of %s has no rua%s", domain,
			    facts->spf.takes_mail
				? ""
				: "; name a mailbox that you read: the domain "
				  "itself takes no mail");
	if (record->ruf.count == 0)
		posture_add(posture, POSTURE_DMARC_NO_RUF, "", NULL,
			    "the record of %s has no ruf", domain);
	judge_destinations(dmarc, fix, posture);
}

/* --- the whole --- */

/* The record that counts, where there is one. */
static void judge_record(const struct posture_facts *facts,
			 struct posture *posture)
{
	const struct posture_dmarc *dmarc = &facts->dmarc;
	const struct record *record = dmarc->found.record;
	const char *domain = dmarc->found.policy_domain;
	const char *owner = mem_printf(posture, "_dmarc.%s", domain);
	bool is_own = domain_equals(domain, posture->domain);
	const char *fix = mend_dmarc(posture, facts);

	if (!is_own)
		posture_add(posture, POSTURE_DMARC_INHERITED, "", NULL,
			    "from %s", owner);
	judge_syntax(record, owner, fix, posture);
	judge_tags(record, owner, fix, posture);
	if (!record->is_usable) {
		posture_add(posture, POSTURE_DMARC_UNUSABLE, "", fix,
			    "%s has \"%s\"", owner,
			    posture_shown(posture, span_of(record->text)));
		return;
	}
	if (!judge_is_parked(facts)) /* judged by what it says of itself */
		judge_policy(facts, posture);
	judge_spf_beside(dmarc, posture);
	if (is_own)
		judge_below(facts, posture);
	judge_reporting(facts, fix, posture);
}

void judge_dmarc(const struct posture_facts *facts, struct posture *posture)
{
	const struct posture_dmarc *dmarc = &facts->dmarc;

	if (!dmarc->found.is_complete) {
		posture_unchecked(posture,
				  "the DMARC policy: DNS does not answer for "
				  "%s or a name above",
				  dmarc->owner);
		return;
	}
	judge_lookalikes(dmarc, posture);
	judge_presence(facts, posture);
	if (dmarc->found.record != NULL)
		judge_record(facts, posture);
}
