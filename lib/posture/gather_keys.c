/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gather_keys.c - the DKIM keys that are named, or that mail was signed with
 *
 * Nobody can list the selectors of a domain. What a record says is the daemon's
 * own opinion (lib/auth/signature_key.h).
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/gather_private.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/domain.h"

#define PROBE "alignd-looks-for-a-wildcard"

static int compare(const void *left, const void *right)
{
	const struct posture_traffic *a = left;
	const struct posture_traffic *b = right;

	return strcmp(a->domain, b->domain);
}

static const struct posture_traffic *
find_traffic(const struct posture_sources *sources, const char *domain)
{
	const struct posture_traffic key = {.domain = domain};

	if (sources->traffic_count == 0)
		return NULL;
	return bsearch(&key, sources->traffic, sources->traffic_count,
		       sizeof key, compare);
}

static bool has_key(const struct posture_keys *keys, const char *name)
{
	for (size_t i = 0; i < keys->count; i++) {
		if (domain_equals(keys->items[i].name, name))
			return true;
	}
	return false;
}

static void add_key(struct gathering *gathering, const char *name,
		    bool is_learned)
{
	struct posture_keys *keys = &gathering->facts->keys;

	if (has_key(keys, name))
		return;
	keys->items = mem_resize(gathering->mem, keys->items,
				 struct posture_key, keys->count + 1);
	keys->items[keys->count++] =
	    (struct posture_key){.name = name, .is_learned = is_learned};
	dns_session_ask_ahead(gathering->session, name, DNS_TXT);
	dns_session_ask_ahead(gathering->session, name, DNS_CNAME);
}

static void read_key(struct posture_key *key)
{
	const struct dns_record *record = key->answer->records;
	struct signature_key *read =
	    signature_key_new(span_make(record->text, record->length));

	key->says = *signature_key_facts(read); /* its words are constant */
	signature_key_unref(read);
}

static void ask_key(struct gathering *gathering, struct posture_key *key)
{
	struct dns_session *session = gathering->session;

	key->answer = dns_session_ask(session, key->name, DNS_TXT);
	key->alias = dns_session_ask(session, key->name, DNS_CNAME);
	if (key->answer->count == 1)
		read_key(key);
	if (key->alias->status == DNS_OK)
		gather_name(
		    gathering,
		    mem_printf(gathering->mem, "the alias %s", key->name),
		    key->alias->records[0].name);
}

void gather_keys(struct gathering *gathering)
{
	TALLOC_CTX *mem = gathering->mem;
	struct posture_facts *facts = gathering->facts;
	struct posture_keys *keys = &facts->keys;
	const struct text_list *selectors = gathering->sources->selectors;

	facts->traffic = find_traffic(gathering->sources, facts->domain);
	for (size_t i = 0; i < selectors->count; i++)
		add_key(gathering,
			mem_printf(mem, "%s._domainkey.%s", selectors->items[i],
				   facts->domain),
			false);
	for (size_t i = 0;
	     facts->traffic != NULL && i < facts->traffic->keys.count; i++)
		add_key(gathering, facts->traffic->keys.items[i], true);
	for (size_t i = 0; i < keys->count; i++)
		ask_key(gathering, &keys->items[i]);
	keys->probe = mem_printf(mem, PROBE "._domainkey.%s", facts->domain);
	keys->wildcard =
	    dns_session_ask(gathering->session, keys->probe, DNS_TXT);
}
