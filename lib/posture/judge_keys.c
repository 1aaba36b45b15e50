/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge_keys.c - DKIM keys, and names below that mail comes from
 *
 * RFC 6376 3.6, RFC 8301 3.2. A key that only old mail shows may have been
 * replaced since: that it is gone is no fault.
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/judge.h"

#include <string.h>

#define LEAST_BITS 1024
#define GOOD_BITS 2048

/* A key that is no more. */
static void judge_gone(const struct posture_key *key, enum posture_kind_id kind,
		       const char *words, struct posture *posture)
{
	posture_add(posture, key->is_learned ? POSTURE_DKIM_KEY_GONE : kind,
		    key->name, NULL, "%s: %s", key->name, words);
}

static void judge_size(const struct posture_key *key, struct posture *posture)
{
	const struct signature_key_facts *says = &key->says;

	if (strcmp(says->type, "rsa") != 0 || says->bits >= GOOD_BITS)
		return;
	posture_add(posture,
		    says->bits < LEAST_BITS ? POSTURE_DKIM_KEY_SHORT
					    : POSTURE_DKIM_KEY_WEAK,
		    key->name, NULL, "%s: %u bits", key->name, says->bits);
}

static void judge_record(const struct posture_key *key, struct posture *posture)
{
	const struct signature_key_facts *says = &key->says;
	const struct dns_record *record = key->answer->records;
	const char *fault =
	    says->use_fault != NULL ? says->use_fault : says->key_fault;

	if (fault != NULL && strcmp(fault, "the key is revoked") == 0)
		judge_gone(key, POSTURE_DKIM_REVOKED, fault, posture);
	else if (fault != NULL)
		posture_add(posture, POSTURE_DKIM_SYNTAX, key->name, NULL,
			    "%s: %s, in \"%s\"", key->name, fault,
			    posture_shown(posture, span_make(record->text,
							     record->length)));
	else if (says->type == NULL)
		posture_add(posture, POSTURE_DKIM_TYPE, key->name, NULL,
			    "%s has \"%s\"", key->name,
			    posture_shown(posture, span_make(record->text,
							     record->length)));
	else
		judge_size(key, posture);
	if (fault == NULL && says->is_testing)
		posture_add(posture, POSTURE_DKIM_TESTING, key->name, NULL,
			    "%s has t=y", key->name);
}

static void judge_key(const struct posture_key *key, struct posture *posture)
{
	if (dns_answer_is_failure(key->answer))
		posture_unchecked(posture, "the key %s: DNS does not answer",
				  key->name);
	else if (key->answer->count == 0)
		judge_gone(key, POSTURE_DKIM_KEY_MISSING,
			   key->answer->status == DNS_NXDOMAIN
			       ? "there is no such name"
			       : "it has no TXT record",
			   posture);
	else if (key->answer->count > 1)
		posture_add(posture, POSTURE_DKIM_SEVERAL, key->name, NULL,
			    "%s has %zu", key->name, key->answer->count);
	else
		judge_record(key, posture);
	if (key->alias->status == DNS_OK)
		posture_add(posture, POSTURE_DKIM_CNAME, key->name, NULL,
			    "%s is an alias of %s", key->name,
			    key->alias->records[0].name);
}

void judge_keys(const struct posture_facts *facts, struct posture *posture)
{
	const struct posture_traffic *traffic = facts->traffic;

	for (size_t i = 0; i < facts->keys.count; i++)
		judge_key(&facts->keys.items[i], posture);
	if (facts->keys.count == 0 && !judge_is_parked(facts))
		posture_add(posture, POSTURE_DKIM_UNKNOWN, "", NULL,
			    "no selector was named, and no recorded mail is "
			    "signed by %s",
			    posture->domain);
	for (size_t i = 0; traffic != NULL && i < traffic->below.count; i++)
		posture_add(posture, POSTURE_SUBDOMAIN_UNLISTED,
			    traffic->below.items[i], NULL, "%s",
			    traffic->below.items[i]);
}
