/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mend_dmarc.c - the DMARC record to publish instead
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/mend.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/strbuf.h"
#include "lib/posture/judge.h"

#define PASTE_BYTES 4096

/* --- whom it names --- */

bool mend_is_repeated(const struct posture_dmarc *dmarc, size_t index)
{
	const struct posture_destination *found = &dmarc->destinations[index];

	for (size_t i = 0; i < index; i++) {
		const struct posture_destination *other =
		    &dmarc->destinations[i];
		if (other->address != NULL &&
		    strcmp(other->tag, found->tag) == 0 &&
		    strcmp(other->address, found->address) == 0)
			return true;
	}
	return false;
}

static bool is_of_use(const struct posture_dmarc *dmarc, size_t index)
{
	const struct posture_destination *found = &dmarc->destinations[index];

	return found->address != NULL && !found->is_gone &&
	       (found->reach == REACH_YES || found->reach == REACH_UNKNOWN) &&
	       !mend_is_repeated(dmarc, index);
}

/* Those that reach somebody, and those that were not looked at. */
static struct text_list keep_uris(TALLOC_CTX *mem,
				  const struct posture_dmarc *dmarc,
				  const char *tag, const struct text_list *uris)
{
	struct text_list kept = {.items =
				     mem_array(mem, const char *, uris->count)};
	size_t seen = 0;

	for (size_t i = 0; i < dmarc->count; i++) {
		if (strcmp(dmarc->destinations[i].tag, tag) != 0)
			continue;
		seen++;
		if (is_of_use(dmarc, i))
			kept.items[kept.count++] = dmarc->destinations[i].uri;
	}
	for (; seen < uris->count; seen++)
		kept.items[kept.count++] = uris->items[seen];
	return kept;
}

static void add_mailbox(TALLOC_CTX *mem, const struct posture_facts *facts,
			struct text_list *uris)
{
	const char *mailbox = judge_mailbox(mem, facts);

	if (uris->count > 0 || mailbox == NULL)
		return;
	uris->items = mem_array(mem, const char *, 1);
	uris->items[uris->count++] = mailbox;
}

/* --- in writing --- */

static void write_uris(struct strbuf *text, const char *tag,
		       const struct text_list *uris)
{
	for (size_t i = 0; i < uris->count; i++)
		strbuf_printf(text, "%s%s%s", i == 0 ? "; " : ",",
			      i == 0 ? tag : "", uris->items[i]);
}

static void write_request(struct strbuf *text, const char *tag,
			  enum request request)
{
	if (request != REQUEST_ABSENT)
		strbuf_printf(text, "; %s=%s", tag, request_text(request));
}

/* The record as it would be written afresh; NULL where it is too long. */
static const char *write_record(TALLOC_CTX *mem, const struct record *record)
{
	struct strbuf text;

	strbuf_init(&text, mem, PASTE_BYTES);
	strbuf_add_text(&text, "v=DMARC1");
	write_request(&text, "p", record->p);
	write_request(&text, "sp", record->sp);
	write_request(&text, "np", record->np);
	if (record->psd != PSD_UNKNOWN)
		strbuf_printf(&text, "; psd=%s", psd_text(record->psd));
	if (record->is_adkim_strict)
		strbuf_add_text(&text, "; adkim=s");
	if (record->is_aspf_strict)
		strbuf_add_text(&text, "; aspf=s");
	if (record->is_test_mode)
		strbuf_add_text(&text, "; t=y");
	if (strcmp(record->fo, "0") != 0)
		strbuf_printf(&text, "; fo=%s", record->fo);
	write_uris(&text, "rua=", &record->rua);
	write_uris(&text, "ruf=", &record->ruf);
	return strbuf_is_full(&text) ? NULL : strbuf_text(&text);
}

static char next_sign(const char **text)
{
	while (**text == ' ' || **text == ';')
		++*text;
	return **text == '\0' ? '\0' : *(*text)++;
}

/* But for blanks and the stop at its end? */
static bool is_as_published(const char *text, const char *published)
{
	char sign;

	do {
		sign = next_sign(&text);
		if (sign != next_sign(&published))
			return false;
	} while (sign != '\0');
	return true;
}

static const char *paste(TALLOC_CTX *mem, const struct posture_facts *facts,
			 const char *domain, const char *text)
{
	const struct record *record = facts->dmarc.found.record;

	if (text == NULL ||
	    (record != NULL && is_as_published(text, record->text)))
		return NULL;
	return posture_txt(mem, mem_printf(mem, "_dmarc.%s", domain), text);
}

/* --- the records --- */

/* What changes no mail, and shows it. */
static const char *write_first(TALLOC_CTX *mem,
			       const struct posture_facts *facts)
{
	struct record first = {.p = REQUEST_NONE, .fo = "0"};

	add_mailbox(mem, facts, &first.rua);
	return paste(mem, facts, facts->domain, write_record(mem, &first));
}

const char *mend_dmarc_parked(TALLOC_CTX *mem,
			      const struct posture_facts *facts)
{
	const struct posture_dmarc *dmarc = &facts->dmarc;
	struct record better = {
	    .p = REQUEST_REJECT, .sp = REQUEST_REJECT, .fo = "0"};

	if (dmarc->found.record != NULL) {
		better.rua =
		    keep_uris(mem, dmarc, "rua", &dmarc->found.record->rua);
		better.ruf =
		    keep_uris(mem, dmarc, "ruf", &dmarc->found.record->ruf);
	}
	add_mailbox(mem, facts, &better.rua);
	return paste(mem, facts, facts->domain, write_record(mem, &better));
}

/* The record without its faults, which asks for what it asked for. */
static struct record without_faults(TALLOC_CTX *mem,
				    const struct posture_facts *facts)
{
	const struct posture_dmarc *dmarc = &facts->dmarc;
	struct record better = *dmarc->found.record;

	better.rua = keep_uris(mem, dmarc, "rua", &better.rua);
	better.ruf = keep_uris(mem, dmarc, "ruf", &better.ruf);
	if (better.p > REQUEST_NONE && better.pct >= 0 && better.pct < 100)
		better.is_test_mode = true;
	return better;
}

static bool is_weak_below(const struct record *record)
{
	return (record->sp != REQUEST_ABSENT && record->sp < record->p) ||
	       (record->np != REQUEST_ABSENT && record->np < record->p);
}

static enum mend_step next_step(const struct record *record)
{
	if (is_weak_below(record))
		return MEND_BELOW;
	return record->is_test_mode && record->p > REQUEST_NONE ? MEND_TRIAL
								: MEND_POLICY;
}

static void take_step(struct record *record, enum mend_step step)
{
	if (step == MEND_TRIAL)
		record->is_test_mode = false;
	if (step == MEND_POLICY && record->rua.count > 0)
		record->p = record->p == REQUEST_NONE ? REQUEST_QUARANTINE
						      : REQUEST_REJECT;
	if (step == MEND_BELOW && record->sp < record->p)
		record->sp = REQUEST_ABSENT;
	if (step == MEND_BELOW && record->np < record->p)
		record->np = REQUEST_ABSENT;
}

static const char *write_better(TALLOC_CTX *mem,
				const struct posture_facts *facts,
				struct record *better)
{
	const char *domain = facts->dmarc.found.policy_domain;

	if (domain_equals(domain, facts->domain))
		add_mailbox(mem, facts, &better->rua);
	return paste(mem, facts, domain, write_record(mem, better));
}

/* Whose record is it, and can it be built on? */
const char *mend_dmarc(TALLOC_CTX *mem, const struct posture_facts *facts)
{
	const struct discovery *found = &facts->dmarc.found;
	bool is_own = found->record == NULL ||
		      domain_equals(found->policy_domain, facts->domain);

	if (is_own && judge_is_parked(facts))
		return mend_dmarc_parked(mem, facts);
	if (found->record != NULL && found->record->is_usable) {
		struct record better = without_faults(mem, facts);
		return write_better(mem, facts, &better);
	}
	return is_own ? write_first(mem, facts) : NULL;
}

const char *mend_dmarc_step(TALLOC_CTX *mem, const struct posture_facts *facts,
			    enum mend_step step)
{
	struct record better = without_faults(mem, facts);

	if (next_step(&better) != step)
		return NULL;
	take_step(&better, step);
	return write_better(mem, facts, &better);
}
