/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge_parked.c - domains that send no mail
 *
 * Nobody misses a refused message of theirs, so all four walls can stand: SPF
 * -all, p=reject, an empty key for all selectors, and a null MX where no mail
 * is taken either. BSI TR-03182 asks for a rua there too, which judge_dmarc.c
 * asks of everybody.
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/judge.h"

#include "lib/auth/tag_list.h"
#include "lib/posture/mend.h"

/* "v=spf1 -all" and nothing else. */
static bool says_no_mail(const struct posture_spf *spf)
{
	const struct posture_spf_record *own = &spf->records[0];

	return own->count == 1 && own->terms[0].term->mechanism == SPF_ALL &&
	       own->terms[0].term->qualifier == '-';
}

bool judge_is_parked(const struct posture_facts *facts)
{
	return facts->is_called_parked || says_no_mail(&facts->spf);
}

const char *judge_mailbox(TALLOC_CTX *mem, const struct posture_facts *facts)
{
	return facts->spf.takes_mail
		   ? mem_printf(mem, "mailto:dmarc@%s", facts->domain)
		   : NULL;
}

/* Is it a key record without a key? */
static bool is_empty_key(const struct dns_answer *answer)
{
	struct tag_list list;

	if (answer->count != 1 ||
	    tag_list_parse(&list, span_make(answer->records[0].text,
					    answer->records[0].length)) != NULL)
		return false;
	const struct tag *p = tag_list_find(&list, "p");
	return p != NULL && p->value.length == 0;
}

static void judge_dmarc_wall(const struct posture_facts *facts,
			     struct posture *posture)
{
	const struct posture_dmarc *dmarc = &facts->dmarc;
	const struct record *record = dmarc->found.record;

	if (record == NULL || !record->is_usable)
		return; /* told as such */
	if (dmarc->policy == REQUEST_REJECT && !record->is_test_mode)
		return;
	posture_add(posture, POSTURE_PARKED_DMARC, "",
		    mend_dmarc_parked(posture, facts),
		    "the policy for %s is %s%s", posture->domain,
		    request_text(dmarc->policy),
		    record->is_test_mode ? ", in test mode" : "");
}

static void judge_other_walls(const struct posture_facts *facts,
			      struct posture *posture)
{
	const char *keys =
	    mem_printf(posture, "*._domainkey.%s", posture->domain);

	if (dns_answer_is_failure(facts->keys.wildcard))
		posture_unchecked(posture, "%s: DNS does not answer", keys);
	else if (!is_empty_key(facts->keys.wildcard))
		posture_add(posture, POSTURE_PARKED_DKIM, "",
			    posture_txt(posture, keys, "v=DKIM1; p="),
			    "%s: no empty key stands there", keys);
	if (facts->hosts.mx->status == DNS_NODATA)
		posture_add(posture, POSTURE_PARKED_MX, "",
			    mem_printf(posture, "%s. MX 0 .", posture->domain),
			    "%s has no MX record", posture->domain);
}

void judge_parked(const struct posture_facts *facts, struct posture *posture)
{
	if (!judge_is_parked(facts))
		return;
	if (says_no_mail(&facts->spf))
		posture_add(posture, POSTURE_PARKED, "", NULL,
			    "%s has \"v=spf1 -all\"", posture->domain);
	else if (facts->spf.records[0].record_count > 0)
		posture_add(posture, POSTURE_PARKED_SPF, "",
			    mend_spf(posture, facts), "%s has \"%s\"",
			    posture->domain,
			    posture_shown(posture, facts->spf.records[0].text));
	judge_dmarc_wall(facts, posture);
	judge_other_walls(facts, posture);
}
