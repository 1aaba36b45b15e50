/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge_spf.c - the SPF record, and all that it leads to
 *
 * RFC 7208. Neither ~all nor -all is a fault: the guidance asks for ~all at
 * least, and what -all adds depends on who forwards the mail.
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/judge.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/posture/mend.h"

#define LOOKUPS_MAX 10 /* RFC 7208 4.6.4 */
#define VOIDS_MAX 2
#define RECORD_BYTES 450 /* RFC 7208 3.4 */
#define TREE_BYTES 1500	 /* of what is shown */
/* The largest networks: of one's own, and of a provider's for all its
 * customers, of which the largest publish /14 and /36. */
#define OWN_IPV4 16
#define OTHERS_IPV4 14
#define ANY_IPV6 32

/* --- counting --- */

static bool looks_up(const struct spf_term *term)
{
	return term->mechanism != SPF_ALL && !spf_term_is_network(term);
}

/* All terms of the tree that look something up: what a client costs that no
 * term matches. */
static unsigned count_lookups(const struct posture_spf *spf)
{
	unsigned count = 0;

	for (size_t i = 0; i < spf->count; i++) {
		for (size_t k = 0; k < spf->records[i].count; k++)
			count += looks_up(spf->records[i].terms[k].term);
	}
	return count;
}

static bool is_void(enum dns_status status)
{
	return status == DNS_NODATA || status == DNS_NXDOMAIN;
}

/* Of a client of the family; a dead include is worse, and told as such. */
static unsigned count_voids(const struct posture_spf *spf, size_t family)
{
	unsigned count = 0;

	for (size_t i = 0; i < spf->count; i++) {
		for (size_t k = 0; k < spf->records[i].count; k++) {
			const struct posture_spf_term *term =
			    &spf->records[i].terms[k];
			count += term->name != NULL && term->child == 0 &&
				 is_void(term->status[family]);
		}
	}
	return count;
}

/* --- the tree in words --- */

static void write_tree(struct strbuf *text, const struct posture_spf *spf,
		       size_t index)
{
	const struct posture_spf_record *record = &spf->records[index];
	unsigned count = 0;

	for (size_t i = 0; i < record->count; i++) {
		const struct posture_spf_term *term = &record->terms[i];
		if (!looks_up(term->term))
			continue;
		strbuf_printf(text, "%s%s", count++ == 0 ? "" : ", ",
			      term->text);
		if (term->child == 0 || spf->records[term->child].count == 0)
			continue;
		strbuf_add_text(text, " (");
		write_tree(text, spf, term->child);
		strbuf_add_text(text, ")");
	}
	if (count == 0)
		strbuf_add_text(text, "nothing");
}

static const char *tree_text(TALLOC_CTX *mem, const struct posture_spf *spf)
{
	struct strbuf text;

	strbuf_init(&text, mem, TREE_BYTES);
	write_tree(&text, spf, 0);
	return strbuf_is_full(&text)
		   ? mem_printf(mem, "%s ...", strbuf_text(&text))
		   : strbuf_text(&text);
}

static void judge_lookups(const struct posture_spf *spf,
			  struct posture *posture)
{
	unsigned lookups = count_lookups(spf);
	const char *tree = tree_text(posture, spf);

	if (lookups > LOOKUPS_MAX)
		posture_add(posture, POSTURE_SPF_LOOKUPS, "", NULL,
			    "%s%u lookups at worst: %s",
			    spf->is_cut ? "more than " : "", lookups, tree);
	else if (lookups == 0)
		posture_add(posture, POSTURE_SPF_TREE, "", NULL,
			    "nothing: all of it stands in the record");
	else
		posture_add(posture, POSTURE_SPF_TREE, "", NULL,
			    "%u of %d lookups at worst: %s; for a "
			    "client that no term names it takes %ld by IPv4, "
			    "%ld by IPv6",
			    lookups, LOOKUPS_MAX, tree,
			    spf->strangers[0].lookups,
			    spf->strangers[1].lookups);
}

static void judge_voids(const struct posture_spf *spf, struct posture *posture)
{
	unsigned voids[] = {count_voids(spf, 0), count_voids(spf, 1)};

	if (voids[0] > VOIDS_MAX || voids[1] > VOIDS_MAX)
		posture_add(posture,
			    voids[0] > VOIDS_MAX && voids[1] > VOIDS_MAX
				? POSTURE_SPF_VOIDS
				: POSTURE_SPF_VOIDS_FAMILY,
			    "", NULL, "%u for a client of IPv4, %u of IPv6",
			    voids[0], voids[1]);
}

/* --- single terms --- */

static void judge_width(const struct posture_spf_record *record,
			const struct posture_spf_term *found, bool is_own,
			struct posture *posture)
{
	const struct spf_term *term = found->term;
	bool has_ipv4 = term->mechanism == SPF_IP4 ||
			term->mechanism == SPF_A || term->mechanism == SPF_MX;
	bool has_ipv6 = term->mechanism == SPF_IP6 ||
			term->mechanism == SPF_A || term->mechanism == SPF_MX;
	unsigned least = is_own ? OWN_IPV4 : OTHERS_IPV4;

	if (!record->can_pass || term->qualifier != '+' ||
	    !((has_ipv4 && term->prefix4 < least) ||
	      (has_ipv6 && term->prefix6 < ANY_IPV6)))
		return;
	posture_add(posture, POSTURE_SPF_TOO_WIDE,
		    mem_printf(posture, "%s %s", record->domain, found->text),
		    NULL, "%s in the record of %s", found->text,
		    record->domain);
}

static void judge_nothing(const struct posture_spf_record *record,
			  const struct posture_spf_term *found, const char *fix,
			  struct posture *posture)
{
	if (found->name == NULL || found->child != 0)
		return;
	if (is_void(found->status[0]) && is_void(found->status[1]))
		posture_add(
		    posture, POSTURE_SPF_VOID,
		    mem_printf(posture, "%s %s", record->domain, found->text),
		    fix, "%s in the record of %s: %s", found->text,
		    record->domain,
		    found->status[0] == DNS_NXDOMAIN
			? "there is no such name"
			: "the name has no such record");
	if (found->status[0] == DNS_TEMPORARY ||
	    found->status[1] == DNS_TEMPORARY ||
	    found->status[0] == DNS_BOGUS || found->status[1] == DNS_BOGUS)
		posture_unchecked(posture,
				  "%s in the SPF record of %s: DNS does not "
				  "answer",
				  found->text, record->domain);
}

static void judge_terms(const struct posture_spf *spf, size_t index,
			const char *fix, struct posture *posture)
{
	const struct posture_spf_record *record = &spf->records[index];

	for (size_t i = 0; i < record->count; i++) {
		const struct posture_spf_term *found = &record->terms[i];
		judge_width(record, found, index == 0, posture);
		judge_nothing(record, found, fix, posture);
		if (found->term->mechanism == SPF_PTR)
			posture_add(posture, POSTURE_SPF_PTR, record->domain,
				    NULL, "%s in the record of %s", found->text,
				    record->domain);
		if (found->term->mechanism == SPF_ALL && record->can_pass &&
		    found->term->qualifier == '+')
			posture_add(posture, POSTURE_SPF_PLUS_ALL,
				    record->domain, fix,
				    "%s in the record of %s", found->text,
				    record->domain);
	}
}

/* --- strangers --- */

/* The record that has the last word: the own one, or where redirect leads. */
static const struct posture_spf_record *
last_record(const struct posture_spf *spf)
{
	const struct posture_spf_record *record = &spf->records[0];
	size_t next = 0;

	do {
		record = &spf->records[next];
		next = record->count == 0
			   ? 0
			   : record->terms[record->count - 1].child;
	} while (next > 0 && spf->records[next].is_redirect);
	return record;
}

static void judge_last(const struct posture_spf *spf, const char *own_fix,
		       struct posture *posture)
{
	const struct posture_spf_record *record = last_record(spf);
	const char *fix = record == spf->records ? own_fix : NULL;
	const struct spf_term *last =
	    record->count == 0 ? NULL : record->terms[record->count - 1].term;

	if (record->record_count != 1 || record->fault != NULL ||
	    record->is_loop)
		return; /* told as such */
	if (last == NULL ||
	    (last->mechanism != SPF_ALL && last->mechanism != SPF_REDIRECT))
		posture_add(posture, POSTURE_SPF_MISSING_ALL, "", fix,
			    "the record of %s is \"%s\"", record->domain,
			    posture_shown(posture, record->text));
	else if (last->mechanism == SPF_ALL && last->qualifier == '?')
		posture_add(posture, POSTURE_SPF_NEUTRAL_ALL, "", fix,
			    "the record of %s is \"%s\"", record->domain,
			    posture_shown(posture, record->text));
}

/* "-all include:x.test": the parser leaves out what nobody reads. */
static bool has_more_behind_all(struct span text)
{
	bool is_behind = false;
	bool has_more = true;

	while (has_more) {
		struct span word;
		has_more = span_cut(text, ' ', &word, &text);
		if (word.length == 0)
			continue;
		if (is_behind && memchr(word.data, '=', word.length) == NULL)
			return true;
		if (ascii_is_one_of(word.data[0], "+-~?"))
			word = span_from(word, 1);
		is_behind = is_behind || span_equals_nocase(word, "all");
	}
	return false;
}

/* --- records that others lead to --- */

static void judge_other(const struct posture_spf_record *record,
			const char *above, const char *fix,
			struct posture *posture)
{
	const char *detail = mem_printf(posture, "%s %s", above, record->via);

	if (record->is_loop)
		posture_add(posture, POSTURE_SPF_LOOP, detail, fix,
			    "%s in the record of %s", record->via, above);
	else if (dns_answer_is_failure(record->answer))
		posture_unchecked(posture,
				  "the SPF record of %s: DNS does not answer",
				  record->domain);
	else if (record->record_count == 0)
		posture_add(posture, POSTURE_SPF_INCLUDE_DEAD, detail, fix,
			    "%s in the record of %s: %s", record->via, above,
			    record->answer->status == DNS_NXDOMAIN
				? "there is no such name"
				: "the name has no SPF record");
	else if (record->record_count > 1)
		posture_add(posture, POSTURE_SPF_INCLUDE_BROKEN, detail, fix,
			    "%s in the record of %s: %s has %zu SPF records",
			    record->via, above, record->domain,
			    record->record_count);
	else if (record->fault != NULL)
		posture_add(posture, POSTURE_SPF_INCLUDE_BROKEN, detail, fix,
			    "%s in the record of %s: %s has \"%s\": %s",
			    record->via, above, record->domain,
			    posture_shown(posture, record->text),
			    record->fault);
}

static void judge_others(const struct posture_spf *spf, const char *fix,
			 struct posture *posture)
{
	for (size_t i = 1; i < spf->count; i++)
		judge_other(&spf->records[i],
			    spf->records[spf->records[i].parent].domain,
			    spf->records[i].parent == 0 ? fix : NULL, posture);
}

/* --- our own hosts --- */

static void judge_own_hosts(const struct posture_facts *facts, const char *fix,
			    struct posture *posture)
{
	const struct posture_spf *spf = &facts->spf;

	if (judge_is_parked(facts))
		return; /* no host sends for it */
	for (size_t i = 0; i < spf->host_count; i++) {
		const struct posture_spf_check *host = &spf->hosts[i];
		if (host->result == AUTH_TEMPERROR)
			posture_unchecked(posture,
					  "SPF of the host %s: DNS does not "
					  "answer",
					  host->client);
		else if (host->result != AUTH_PASS)
			posture_add(posture, POSTURE_SPF_HOST_FAILS,
				    host->client, fix, "%s: %s%s%s",
				    host->client,
				    auth_result_text(host->result),
				    host->reason == NULL ? "" : ", ",
				    host->reason == NULL ? "" : host->reason);
	}
}

/* --- the whole --- */

/* "v=spf1include:x", "spf1 mx -all": whoever wrote it meant SPF. "spf2.0/pra"
 * is another, dead protocol. */
static bool looks_like_spf(struct span text)
{
	return !spf_record_is_spf(text) &&
	       (span_starts_nocase(span_trim(text), "v=spf") ||
		span_starts_nocase(span_trim(text), "spf1"));
}

static void judge_lookalikes(const struct dns_answer *answer,
			     struct posture *posture)
{
	for (size_t i = 0; i < answer->count; i++) {
		struct span text = span_make(answer->records[i].text,
					     answer->records[i].length);
		if (looks_like_spf(text))
			posture_add(posture, POSTURE_SPF_LOOKALIKE, "", NULL,
				    "%s has \"%s\"", posture->domain,
				    posture_shown(posture, text));
	}
}

/* A record that is there and valid. */
static void judge_valid(const struct posture_facts *facts,
			struct posture *posture)
{
	const struct posture_spf *spf = &facts->spf;
	struct span text = spf->records[0].text;
	const char *fix = mend_spf(posture, facts);

	for (size_t i = 0; i < spf->count; i++)
		judge_terms(spf, i, i == 0 ? fix : NULL, posture);
	judge_last(spf, fix, posture);
	judge_others(spf, fix, posture);
	judge_lookups(spf, posture);
	judge_voids(spf, posture);
	judge_own_hosts(facts, fix, posture);
	if (has_more_behind_all(text))
		posture_add(posture, POSTURE_SPF_AFTER_ALL, "", fix, "\"%s\"",
			    posture_shown(posture, text));
	if (text.length > RECORD_BYTES)
		posture_add(posture, POSTURE_SPF_LONG, "", NULL,
			    "%zu bytes, %d fit", text.length, RECORD_BYTES);
}

void judge_spf(const struct posture_facts *facts, struct posture *posture)
{
	const struct posture_spf *spf = &facts->spf;
	const struct posture_spf_record *own = &spf->records[0];

	if (dns_answer_is_failure(own->answer)) {
		posture_unchecked(posture,
				  "the TXT records of %s: DNS does not answer",
				  posture->domain);
		return;
	}
	judge_lookalikes(own->answer, posture);
	if (own->record_count == 0)
		posture_add(posture, POSTURE_SPF_MISSING, "",
			    mend_spf(posture, facts), "%s has none%s",
			    posture->domain,
			    spf->takes_mail
				? ""
				: ", and it names no MX; if it sends no mail, "
				  "--parked has the records that say so");
	else if (own->record_count > 1)
		posture_add(posture, POSTURE_SPF_SEVERAL, "", NULL,
			    "%s has %zu", posture->domain, own->record_count);
	else if (own->fault != NULL)
		posture_add(posture, POSTURE_SPF_SYNTAX, "", NULL, "\"%s\": %s",
			    posture_shown(posture, own->text), own->fault);
	else
		judge_valid(facts, posture);
}
