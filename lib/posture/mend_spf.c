/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mend_spf.c - the SPF record to publish instead
 *
 * Word by word of the one that is there, so that nothing is lost that has an
 * effect: modifiers stay, terms behind all have none.
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/mend.h"

#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/posture/judge.h"

#define PASTE_BYTES 16384

/* --- words --- */

static bool is_void(enum dns_status status)
{
	return status == DNS_NODATA || status == DNS_NXDOMAIN;
}

bool mend_leads_nowhere(const struct posture_spf *spf,
			const struct posture_spf_term *found)
{
	const struct posture_spf_record *child = &spf->records[found->child];

	if (found->child == 0)
		return found->name != NULL && is_void(found->status[0]) &&
		       is_void(found->status[1]);
	return child->is_loop ||
	       (!dns_answer_is_failure(child->answer) &&
		(child->record_count != 1 || child->fault != NULL));
}

/* The term that a word was read as; NULL: it is a modifier, or stands behind
 * all. */
static const struct posture_spf_term *
find_term(const struct posture_spf_record *record, struct span word)
{
	for (size_t i = 0; i < record->count; i++) {
		if (record->terms[i].term->text.data == word.data)
			return &record->terms[i];
	}
	return NULL;
}

/* exp= and what nobody knows; redirect= without effect is none. */
static bool is_modifier(struct span word)
{
	return memchr(word.data, '=', word.length) != NULL &&
	       !span_starts_nocase(word, "redirect=");
}

/* Returns whether the word says something of strangers. */
static bool write_word(const struct posture_spf *spf, struct span word,
		       struct strbuf *text)
{
	const struct posture_spf_term *found =
	    find_term(&spf->records[0], word);
	bool is_all = found != NULL && found->term->mechanism == SPF_ALL;

	if (found == NULL ? !is_modifier(word) : mend_leads_nowhere(spf, found))
		return false;
	if (is_all && ascii_is_one_of(found->term->qualifier, "+?"))
		strbuf_add_text(text, " ~all");
	else
		strbuf_printf(text, " %.*s", (int)word.length, word.data);
	return is_all ||
	       (found != NULL && found->term->mechanism == SPF_REDIRECT);
}

/* "+all" alone: without it no host at all would pass. */
static bool names_senders(const struct posture_spf *spf)
{
	const struct posture_spf_record *own = &spf->records[0];

	for (size_t i = 0; i < own->count; i++) {
		if (own->terms[i].term->mechanism != SPF_ALL &&
		    !mend_leads_nowhere(spf, &own->terms[i]))
			return true;
	}
	return false;
}

static void write_words(const struct posture_spf *spf, struct strbuf *text)
{
	struct span rest = spf->records[0].text;
	struct span word;
	bool has_more = span_cut(rest, ' ', &word, &rest); /* the version */
	bool has_end = false;

	while (has_more) {
		has_more = span_cut(rest, ' ', &word, &rest);
		if (word.length > 0 && write_word(spf, word, text))
			has_end = true;
	}
	if (!has_end)
		strbuf_add_text(text, " ~all");
}

/* --- the records --- */

/* Returns how many of our hosts do not pass yet. */
static size_t write_hosts(const struct posture_spf *spf, struct strbuf *text)
{
	size_t count = 0;

	for (size_t i = 0; i < spf->host_count; i++) {
		const struct posture_spf_check *host = &spf->hosts[i];
		if (host->result == AUTH_PASS || host->result == AUTH_TEMPERROR)
			continue;
		strbuf_printf(text, " %s:%s",
			      strchr(host->client, ':') == NULL ? "ip4" : "ip6",
			      host->client);
		count++;
	}
	return count;
}

static void write_first(const struct posture_spf *spf, struct strbuf *text)
{
	size_t count = write_hosts(spf, text);

	if (spf->takes_mail)
		strbuf_add_text(text, " mx");
	strbuf_add_text(text, spf->takes_mail || count > 0 ? " ~all" : " -all");
}

static void write_better(const struct posture_facts *facts, struct strbuf *text)
{
	const struct posture_spf *spf = &facts->spf;

	strbuf_add_text(text, "v=spf1");
	if (judge_is_parked(facts)) {
		strbuf_add_text(text, " -all");
	} else if (spf->records[0].record_count == 0) {
		write_first(spf, text);
	} else {
		if (write_hosts(spf, text) == 0 && !names_senders(spf) &&
		    spf->takes_mail)
			strbuf_add_text(text, " mx");
		write_words(spf, text);
	}
}

const char *mend_spf(TALLOC_CTX *mem, const struct posture_facts *facts)
{
	const struct posture_spf_record *own = &facts->spf.records[0];
	bool is_there = own->record_count > 0;
	struct strbuf text;

	if (own->record_count > 1 || own->fault != NULL ||
	    (is_there && !text_is_ascii(own->text)))
		return NULL;
	strbuf_init(&text, mem, PASTE_BYTES);
	write_better(facts, &text);
	if (strbuf_is_full(&text) ||
	    (is_there && span_equals(own->text, strbuf_text(&text))))
		return NULL;
	return posture_txt(mem, facts->domain, strbuf_text(&text));
}
