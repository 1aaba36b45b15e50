/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * override.c - the override that applies to a message
 *
 * The message's keys are looked up in the index; what is filed under them is
 * then compared whole. Pure.
 */
#include "lib/policy/override.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/policy/override_index.h"

struct search {
	const struct override_set *set;
	const struct override_facts *facts;
	int64_t now_s;
	struct text_list keys[OVERRIDE_KINDS];
	size_t best; /* its place; the set's count while there is none */
};

bool override_is_expired(const struct override *override, int64_t now_s)
{
	return now_s >= override->end_s;
}

/* Does the action have anything to say about such a result? */
static bool is_due(const struct override *override,
		   const struct override_facts *facts)
{
	if (override->is_unless_indirect && facts->indirect != INDIRECT_NONE)
		return false;
	if (facts->author_domain == NULL)
		return true;
	if (facts->result == DMARC_RESULT_FAIL)
		return true;
	if (facts->result == DMARC_RESULT_TEMPERROR)
		return override->action == DISPOSITION_NONE;
	return facts->is_acted_on ||
	       (facts->result != DMARC_RESULT_PASS &&
		override->action == DISPOSITION_REJECT);
}

static int compare_texts(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

static bool has_any(const struct text_list *sorted,
		    const struct text_list *keys)
{
	for (size_t i = 0; i < keys->count; i++) {
		if (bsearch(keys->items[i], sorted->items, sorted->count,
			    sizeof sorted->items[0], compare_texts) != NULL)
			return true;
	}
	return false;
}

static bool is_in_scope(const struct search *search,
			const struct override *override)
{
	for (int kind = 0; kind < OVERRIDE_KINDS; kind++) {
		const struct text_list *named = &override->scope[kind];
		if (named->count > 0 && !has_any(named, &search->keys[kind]))
			return false;
	}
	return true;
}

static bool applies(const struct search *search,
		    const struct override *override)
{
	return !override_is_expired(override, search->now_s) &&
	       is_due(override, search->facts) && is_in_scope(search, override);
}

static void look_under(struct search *search, enum override_kind kind,
		       const char *key)
{
	struct override_run run =
	    override_index_find(search->set->index, kind, key);

	for (size_t i = 0; i < run.count; i++) {
		size_t place = run.first[i].place;
		if (place >= search->best)
			return;
		if (applies(search, &search->set->items[place])) {
			search->best = place;
			return;
		}
	}
}

const struct override *override_find(TALLOC_CTX *mem,
				     const struct override_set *set,
				     const struct override_facts *facts,
				     int64_t now_s)
{
	struct search search = {.set = set, .facts = facts, .now_s = now_s};

	if (set == NULL || set->count == 0)
		return NULL;
	TALLOC_CTX *keys_mem = mem_context(mem);
	for (int kind = 0; kind < OVERRIDE_KINDS; kind++)
		search.keys[kind] = override_keys(
		    keys_mem, set->index, (enum override_kind)kind, facts);
	search.best = set->count;
	for (int kind = 0; kind < OVERRIDE_KINDS; kind++) {
		for (size_t i = 0; i < search.keys[kind].count; i++)
			look_under(&search, (enum override_kind)kind,
				   search.keys[kind].items[i]);
	}
	mem_free(keys_mem);
	return search.best == set->count ? NULL : &set->items[search.best];
}

const char *override_end_text(const struct override *override,
			      char text[OVERRIDE_END_TEXT])
{
	if (override->end_s == OVERRIDE_PERMANENT)
		return "permanent";
	(void)clock_text(override->end_s - 1, text);
	*strchr(text, 'T') = '\0';
	return text;
}

const char *override_action_text(enum disposition action)
{
	return action == DISPOSITION_NONE ? "accept" : disposition_text(action);
}

const char *override_kind_text(enum override_kind kind)
{
	static const char *const words[] = {
	    [OVERRIDE_DKIM] = "dkim", [OVERRIDE_SPF] = "spf",
	    [OVERRIDE_HOST] = "host", [OVERRIDE_NETWORK] = "network",
	    [OVERRIDE_FROM] = "from", [OVERRIDE_KINDS] = "",
	};

	return words[kind];
}
