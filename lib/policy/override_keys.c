/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * override_keys.c - what a message offers as handles and as author
 *
 * "a.list.example" offers itself and every name above it, so that an item
 * matches the names below it by equality alone; an address offers its network
 * of every prefix length that the set has.
 */
#include "lib/policy/override_index.h"

#include "lib/base/domain.h"

static void add(TALLOC_CTX *mem, struct text_list *keys, const char *key)
{
	/* at 0, 1, 2, 4, 8 ...: few additions move the list */
	if ((keys->count & (keys->count - 1)) == 0)
		keys->items = mem_resize(mem, keys->items, const char *,
					 2 * keys->count + 4);
	keys->items[keys->count++] = key;
}

static void add_with_parents(TALLOC_CTX *mem, struct text_list *keys,
			     const char *domain)
{
	for (; domain != NULL; domain = domain_parent(domain))
		add(mem, keys, domain);
}

static void add_signers(TALLOC_CTX *mem, struct text_list *keys,
			const struct evidence_signatures *dkim)
{
	for (size_t i = 0; i < dkim->count; i++) {
		if (dkim->items[i].result == AUTH_PASS)
			add_with_parents(mem, keys, dkim->items[i].domain);
	}
}

/* The domain itself, and ".domain", ".parent" ... for what stands below. */
static void add_author(TALLOC_CTX *mem, struct text_list *keys,
		       const char *domain)
{
	const char *dotted = mem_printf(mem, ".%s", domain);

	add(mem, keys, domain);
	add(mem, keys, dotted);
	for (dotted++; *dotted != '\0'; dotted++) {
		if (*dotted == '.')
			add(mem, keys, dotted);
	}
}

static void add_networks(TALLOC_CTX *mem, struct text_list *keys,
			 const struct override_index *index,
			 const struct net_address *client)
{
	unsigned bits = client->family == NET_IPV4 ? 32 : 128;
	char text[NET_BLOCK_TEXT];

	if (client->family == NET_NONE)
		return;
	for (unsigned prefix = 0; prefix <= bits; prefix++) {
		if (!override_index_has_prefix(index, client->family, prefix))
			continue;
		struct net_block block = net_block_around(client, prefix);
		add(mem, keys, mem_strdup(mem, net_block_text(&block, text)));
	}
}

struct text_list override_keys(TALLOC_CTX *mem,
			       const struct override_index *index,
			       enum override_kind kind,
			       const struct override_facts *facts)
{
	const struct evidence *evidence = facts->evidence;
	struct text_list keys = {0};

	if (!override_index_has(index, kind))
		return keys;
	if (kind == OVERRIDE_DKIM)
		add_signers(mem, &keys, &evidence->dkim);
	else if (kind == OVERRIDE_NETWORK)
		add_networks(mem, &keys, index, facts->client);
	else if (kind == OVERRIDE_SPF && evidence->spf.result == AUTH_PASS)
		add_with_parents(mem, &keys, evidence->spf.domain);
	else if (kind == OVERRIDE_HOST && evidence->iprev.result == AUTH_PASS)
		add_with_parents(mem, &keys, evidence->iprev.name);
	else if (kind == OVERRIDE_FROM && facts->author_domain != NULL)
		add_author(mem, &keys, facts->author_domain);
	else if (kind == OVERRIDE_RCPT && facts->rcpt_items != NULL)
		keys = *facts->rcpt_items;
	return keys;
}
