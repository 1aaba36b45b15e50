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
	if (override->action < facts->at_least)
		return false;
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

/* Of recorded mail the names of what matched are known, and nothing else. */
static bool has_recipient(const struct search *search,
			  const struct override *override)
{
	const struct text_list *rules = search->facts->rcpt_rules;

	for (size_t i = 0; rules != NULL && i < rules->count; i++) {
		if (strcmp(rules->items[i], override->name) == 0)
			return true;
	}
	return has_any(&override->scope[OVERRIDE_RCPT],
		       &search->keys[OVERRIDE_RCPT]);
}

static bool is_in_scope(const struct search *search,
			const struct override *override)
{
	for (int kind = 0; kind < OVERRIDE_RCPT; kind++) {
		const struct text_list *named = &override->scope[kind];
		if (named->count > 0 && !has_any(named, &search->keys[kind]))
			return false;
	}
	return override->scope[OVERRIDE_RCPT].count == 0 ||
	       has_recipient(search, override);
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

static struct search begin_search(TALLOC_CTX *mem,
				  const struct override_set *set,
				  const struct override_facts *facts,
				  int64_t now_s)
{
	struct search search = {
	    .set = set, .facts = facts, .now_s = now_s, .best = set->count};

	for (int kind = 0; kind < OVERRIDE_KINDS; kind++)
		search.keys[kind] = override_keys(
		    mem, set->index, (enum override_kind)kind, facts);
	return search;
}

/* An override by its name, which recorded mail has instead of keys. */
static void look_at_named(struct search *search, const char *name)
{
	const struct override *found = override_named(search->set, name);
	size_t place =
	    found == NULL ? search->best : (size_t)(found - search->set->items);

	if (place < search->best && found->scope[OVERRIDE_RCPT].count > 0 &&
	    applies(search, found))
		search->best = place;
}

const struct override *override_find(TALLOC_CTX *mem,
				     const struct override_set *set,
				     const struct override_facts *facts,
				     int64_t now_s)
{
	const struct text_list *rules = facts->rcpt_rules;

	if (set == NULL || set->count == 0)
		return NULL;
	TALLOC_CTX *keys_mem = mem_context(mem);
	struct search search = begin_search(keys_mem, set, facts, now_s);
	for (int kind = 0; kind < OVERRIDE_KINDS; kind++) {
		for (size_t i = 0; i < search.keys[kind].count; i++)
			look_under(&search, (enum override_kind)kind,
				   search.keys[kind].items[i]);
	}
	for (size_t i = 0; rules != NULL && i < rules->count; i++)
		look_at_named(&search, rules->items[i]);
	mem_free(keys_mem);
	return search.best == set->count ? NULL : &set->items[search.best];
}

/* --- which of them name recipients --- */

struct named {
	size_t count;
	size_t max;
	size_t *places; /* the lowest ones, sorted */
	bool is_more;
};

static void keep_place(struct named *named, size_t place)
{
	size_t at = named->count;

	while (at > 0 && named->places[at - 1] > place)
		at--;
	if (at > 0 && named->places[at - 1] == place)
		return;
	if (named->count == named->max) {
		named->is_more = true;
		if (at == named->max)
			return;
		named->count--;
	}
	for (size_t i = named->count; i > at; i--)
		named->places[i] = named->places[i - 1];
	named->places[at] = place;
	named->count++;
}

static void gather_under(const struct search *search, enum override_kind kind,
			 const char *key, struct named *named)
{
	struct override_run run =
	    override_index_find(search->set->index, kind, key);

	for (size_t i = 0; i < run.count; i++) {
		const struct override *item =
		    &search->set->items[run.first[i].place];
		if (item->scope[OVERRIDE_RCPT].count > 0 &&
		    is_in_scope(search, item))
			keep_place(named, run.first[i].place);
	}
}

struct text_list override_rcpt_rules(TALLOC_CTX *mem,
				     const struct override_set *set,
				     const struct override_facts *facts,
				     size_t max, bool *left_out)
{
	TALLOC_CTX *keys_mem = mem_context(mem);
	struct search search = begin_search(keys_mem, set, facts, 0);
	struct named named = {.max = max,
			      .places = mem_array(keys_mem, size_t, max)};
	struct text_list names = {.count = 0};

	for (int kind = 0; kind < OVERRIDE_KINDS; kind++) {
		for (size_t i = 0; i < search.keys[kind].count; i++)
			gather_under(&search, (enum override_kind)kind,
				     search.keys[kind].items[i], &named);
	}
	if (named.count > 0)
		names.items = mem_array(mem, const char *, named.count);
	for (size_t i = 0; i < named.count; i++)
		names.items[names.count++] = set->items[named.places[i]].name;
	*left_out = named.is_more;
	mem_free(keys_mem);
	return names;
}

static int compare_named(const void *name, const void *item)
{
	return strcmp(name, (*(const struct override *const *)item)->name);
}

const struct override *override_named(const struct override_set *set,
				      const char *name)
{
	const struct override **found =
	    set == NULL || set->count == 0
		? NULL
		: bsearch(name, set->by_name, set->count,
			  sizeof(const struct override *), compare_named);

	return found == NULL ? NULL : *found;
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
	    [OVERRIDE_FROM] = "from", [OVERRIDE_RCPT] = "rcpt",
	    [OVERRIDE_KINDS] = "",
	};

	return words[kind];
}
