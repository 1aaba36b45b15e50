/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_overrides.c - any bytes as an overrides file
 *
 * Properties: a file is refused with words or gives overrides that have all
 * they owe; and for some messages the search finds what a plain walk through
 * the file finds.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/policy/override.h"

#define NOW 1777636800

/* --- a plain walk --- */

static bool is_at_or_below(const char *name, const char *item)
{
	return domain_equals(name, item) || domain_is_below(name, item);
}

static bool names_author(const char *item, const char *author)
{
	if (author == NULL)
		return false;
	return *item == '.' ? is_at_or_below(author, item + 1)
			    : domain_equals(author, item);
}

static bool names_network(const char *item, const struct net_address *client)
{
	struct net_block block;
	struct error err;

	require(net_block_parse(item, &block, &err));
	return net_block_contains(&block, client);
}

static bool names_signer(const char *item,
			 const struct evidence_signatures *dkim)
{
	for (size_t i = 0; i < dkim->count; i++) {
		if (dkim->items[i].result == AUTH_PASS &&
		    is_at_or_below(dkim->items[i].domain, item))
			return true;
	}
	return false;
}

static bool names(int kind, const char *item,
		  const struct override_facts *facts)
{
	const struct evidence *evidence = facts->evidence;

	switch (kind) {
	case OVERRIDE_DKIM:
		return names_signer(item, &evidence->dkim);
	case OVERRIDE_SPF:
		return is_at_or_below(evidence->spf.domain, item);
	case OVERRIDE_HOST:
		return is_at_or_below(evidence->iprev.name, item);
	case OVERRIDE_NETWORK:
		return names_network(item, facts->client);
	default:
		return names_author(item, facts->author_domain);
	}
}

static bool is_in_scope(const struct override *override,
			const struct override_facts *facts)
{
	for (int kind = 0; kind < OVERRIDE_KINDS; kind++) {
		const struct text_list *items = &override->scope[kind];
		bool is_named = items->count == 0;
		for (size_t i = 0; i < items->count; i++)
			is_named =
			    is_named || names(kind, items->items[i], facts);
		if (!is_named)
			return false;
	}
	return true;
}

static void check_search(TALLOC_CTX *mem, const struct override_set *set,
			 const struct override_facts *facts)
{
	const struct override *wanted = NULL;

	for (size_t i = 0; i < set->count && wanted == NULL; i++) {
		if (!override_is_expired(&set->items[i], NOW) &&
		    is_in_scope(&set->items[i], facts))
			wanted = &set->items[i];
	}
	require(override_find(mem, set, facts, NOW) == wanted);
}

/* --- what every override owes --- */

static void check_override(const struct override *override)
{
	size_t handles = 0;
	char end[OVERRIDE_END_TEXT];

	for (int kind = 0; kind < OVERRIDE_KINDS; kind++) {
		const struct text_list *items = &override->scope[kind];
		if (kind < OVERRIDE_FROM)
			handles += items->count;
		for (size_t i = 1; i < items->count; i++)
			require(strcmp(items->items[i - 1], items->items[i]) <=
				0);
	}
	require(handles > 0 || override->is_unsafe);
	require(strlen(override->name) >= 1 &&
		strlen(override->name) <= LIMIT_OVERRIDE_NAME);
	require(*override->owner != '\0' && *override->why != '\0');
	require(strlen(override->why) <= LIMIT_OVERRIDE_TEXT);
	require(*override_end_text(override, end) != '\0');
}

static void check_set(TALLOC_CTX *mem, const struct override_set *set)
{
	static const char *const clients[] = {"192.0.2.7", "2001:db8::7"};
	struct evidence_signature signatures[] = {
	    {.result = AUTH_FAIL, .domain = "broken.example"},
	    {.result = AUTH_PASS, .domain = "a.list.example"},
	};
	struct evidence evidence = {
	    .dkim = {2, signatures},
	    .spf = {.result = AUTH_PASS, .domain = "bounce.example"},
	    .iprev = {.result = AUTH_PASS, .name = "mail.example"},
	};

	for (size_t i = 0; i < set->count; i++)
		check_override(&set->items[i]);
	for (size_t i = 0; i < 2; i++) {
		struct net_address client;
		struct override_facts facts = {.result = DMARC_RESULT_FAIL,
					       .author_domain = "b.a.example",
					       .client = &client,
					       .evidence = &evidence};
		require(net_address_parse(clients[i], &client));
		if (set->count > 0)
			check_search(mem, set, &facts);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span file = span_make((const char *)data, size);
	struct override_set *set = NULL;
	struct error err = {.words = ""};

	if (override_parse(mem, "f", file, &set, &err))
		check_set(mem, set);
	else
		require(strncmp(err.words, "f:", 2) == 0 && set == NULL);
	mem_free(mem);
	return 0;
}
