/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * old_hosts.c - a list of clients of the old daemons, as networks and names
 */
#include "lib/import/old_hosts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"

#define MAPPED_PREFIX 96 /* of ::ffff:0:0/96, behind which IPv4 stands */
/* Wider than any organization's: such an entry is a slip, or lets all in. */
#define WIDEST_IPV4 8
#define WIDEST_IPV6 19

struct entry {
	struct net_block block;
	bool is_out;
	const struct old_item *item;
};

struct sorting {
	TALLOC_CTX *mem;
	struct old_hosts *hosts;
	size_t count;
	struct entry *entries;
};

static void refuse_item(struct sorting *sorting, const struct old_item *item,
			const char *why, bool is_hole)
{
	const struct old_fault fault = {.file = item->file,
					.line = item->line,
					.text = item->text,
					.why = why,
					.is_hole = is_hole};

	old_faults_add(sorting->mem, &sorting->hosts->faults, &fault);
}

/* --- one entry --- */

/* Without the brackets that an address may have. */
static const char *bare_text(TALLOC_CTX *mem, const char *text)
{
	char *bare = mem_strdup(mem, text);
	size_t kept = 0;

	for (size_t i = 0; text[i] != '\0'; i++) {
		if (text[i] != '[' && text[i] != ']')
			bare[kept++] = text[i];
	}
	bare[kept] = '\0';
	return bare;
}

/* "::ffff:127.0.0.0/104" is 127.0.0.0/8. */
static const char *unmapped_text(TALLOC_CTX *mem, const char *text)
{
	struct span head;
	struct span tail;
	long prefix;

	if (!span_starts_nocase(span_of(text), "::ffff:") ||
	    strchr(text, '.') == NULL ||
	    !span_cut(span_of(text + strlen("::ffff:")), '/', &head, &tail) ||
	    !text_number(tail, MAPPED_PREFIX, MAPPED_PREFIX + 32, &prefix))
		return text;
	return mem_printf(mem, "%.*s/%ld", (int)head.length, head.data,
			  prefix - MAPPED_PREFIX);
}

static void add_entry(struct sorting *sorting, const struct entry *entry)
{
	sorting->entries = mem_resize(sorting->mem, sorting->entries,
				      struct entry, sorting->count + 1);
	sorting->entries[sorting->count++] = *entry;
}

static bool is_too_wide(const struct net_block *block)
{
	return block->prefix <
	       (block->address.family == NET_IPV4 ? WIDEST_IPV4 : WIDEST_IPV6);
}

static void take_network(struct sorting *sorting, const struct old_item *item,
			 const char *text, bool is_out)
{
	struct entry entry = {.is_out = is_out, .item = item};
	struct error err;

	text = unmapped_text(sorting->mem, text);
	if (!net_block_parse(text, &entry.block, &err))
		refuse_item(sorting, item, err.words, is_out);
	else if (!is_out && is_too_wide(&entry.block))
		refuse_item(
		    sorting, item,
		    "so wide a network is not taken: it would leave much of "
		    "the world's mail unjudged; write the networks that are "
		    "yours",
		    false);
	else
		add_entry(sorting, &entry);
}

static void take_loopback(struct sorting *sorting, const struct old_item *item,
			  bool is_out)
{
	take_network(sorting, item, "127.0.0.1", is_out);
	take_network(sorting, item, "::1", is_out);
}

static void add_name(TALLOC_CTX *mem, struct text_list *names, const char *name)
{
	names->items =
	    mem_resize(mem, names->items, const char *, names->count + 1);
	names->items[names->count++] = name;
}

static void take_name(struct sorting *sorting, const struct old_item *item,
		      const char *text, bool is_out)
{
	/* of a refile: "*.example.com" */
	const char *dotted = span_starts(span_of(text), "*.") ? text + 1 : text;
	bool is_above = *dotted == '.';
	const char *name = domain_normalize(
	    sorting->mem, span_of(dotted + (is_above ? 1 : 0)));

	if (name == NULL || strchr(text + 1, '*') != NULL)
		refuse_item(
		    sorting, item,
		    "neither an address, nor a network, nor a host name",
		    is_out);
	else if (is_out)
		refuse_item(sorting, item,
			    "a name cannot be taken out of a network; write "
			    "addresses in its place",
			    true);
	else if (domain_label_count(name) < 2)
		refuse_item(sorting, item,
			    "a name of one word holds too many hosts", false);
	else
		add_name(sorting->mem,
			 is_above ? &sorting->hosts->above
				  : &sorting->hosts->names,
			 name);
}

static bool looks_like_network(const char *text)
{
	return strchr(text, ':') != NULL || strchr(text, '/') != NULL ||
	       strspn(text, "0123456789.") == strlen(text);
}

static void take_item(struct sorting *sorting, const struct old_item *item)
{
	bool is_out = item->text[0] == '!';
	const char *text =
	    bare_text(sorting->mem, item->text + (is_out ? 1 : 0));

	if (text_equals_nocase(text, "localhost"))
		take_loopback(sorting, item, is_out);
	else if (looks_like_network(text))
		take_network(sorting, item, text, is_out);
	else
		take_name(sorting, item, text, is_out);
}

/* --- names that others hold --- */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_held_name(const struct text_list *above, const char *name)
{
	for (; above->count > 0 && name != NULL; name = domain_parent(name)) {
		if (bsearch(&name, above->items, above->count,
			    sizeof above->items[0], by_text) != NULL)
			return true;
	}
	return false;
}

static void drop_held_names(struct old_hosts *hosts)
{
	size_t kept = 0;

	if (hosts->above.count > 0)
		qsort(hosts->above.items, hosts->above.count,
		      sizeof hosts->above.items[0], by_text);
	for (size_t i = 0; i < hosts->names.count; i++) {
		const char *name = hosts->names.items[i];
		if (!is_held_name(&hosts->above, name))
			hosts->names.items[kept++] = name;
	}
	hosts->names.count = kept;
}

/* --- what "!" leaves of the networks --- */

static bool covers(const struct net_block *outer, const struct net_block *inner)
{
	return outer->prefix <= inner->prefix &&
	       net_block_contains(outer, &inner->address);
}

static bool add_network(struct sorting *sorting, const struct net_block *block)
{
	struct net_list *list = &sorting->hosts->networks;

	if (list->count == LIMIT_IMPORT_ITEMS)
		return false;
	list->items = mem_resize(sorting->mem, list->items, struct net_block,
				 list->count + 1);
	list->items[list->count++] = *block;
	return true;
}

/* The half of the block that `part` is not in; the block becomes the other. */
static struct net_block split(struct net_block *block,
			      const struct net_block *part)
{
	struct net_block near =
	    net_block_around(&part->address, block->prefix + 1);
	struct net_block far = near;
	unsigned bit = block->prefix;

	far.address.bytes[bit / 8] ^= (uint8_t)(0x80U >> bit % 8);
	*block = near;
	return far;
}

/* What is left of a block without a part of it: at most as many blocks as the
 * part's prefix is longer. */
static bool add_rest(struct sorting *sorting, struct net_block block,
		     const struct net_block *part)
{
	while (block.prefix < part->prefix) {
		struct net_block far = split(&block, part);
		if (!add_network(sorting, &far))
			return false;
	}
	return true;
}

static bool take_out(struct sorting *sorting, const struct net_block *part)
{
	struct net_list before = sorting->hosts->networks;
	bool has_room = true;

	sorting->hosts->networks = (struct net_list){0};
	for (size_t i = 0; i < before.count; i++) {
		const struct net_block *block = &before.items[i];
		if (covers(part, block))
			continue;
		has_room = has_room && (covers(block, part)
					    ? add_rest(sorting, *block, part)
					    : add_network(sorting, block));
	}
	return has_room;
}

static bool is_held(const struct net_list *list, const struct net_block *block)
{
	for (size_t i = 0; i < list->count; i++) {
		if (covers(&list->items[i], block))
			return true;
	}
	return false;
}

/* The wider first; of equal ones the one that takes out last: it wins. */
static int by_width(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;

	if (x->block.prefix != y->block.prefix)
		return x->block.prefix < y->block.prefix ? -1 : 1;
	if (x->is_out != y->is_out)
		return x->is_out ? 1 : -1;
	return (x->item > y->item) - (x->item < y->item);
}

static void apply_entries(struct sorting *sorting)
{
	struct net_list *networks = &sorting->hosts->networks;

	if (sorting->count > 0)
		qsort(sorting->entries, sorting->count, sizeof(struct entry),
		      by_width);
	for (size_t i = 0; i < sorting->count; i++) {
		const struct entry *entry = &sorting->entries[i];
		bool has_room = entry->is_out ? take_out(sorting, &entry->block)
				: is_held(networks, &entry->block)
				    ? true
				    : add_network(sorting, &entry->block);
		if (has_room)
			continue;
		/* fewer than there were: stricter, but not what was meant */
		refuse_item(sorting, entry->item,
			    "more networks than can be held", entry->is_out);
		return;
	}
}

struct old_hosts *old_hosts_sort(TALLOC_CTX *mem, const struct old_list *list)
{
	struct sorting sorting = {.mem = mem,
				  .hosts = mem_new(mem, struct old_hosts)};

	for (size_t i = 0; i < list->count; i++)
		take_item(&sorting, &list->items[i]);
	drop_held_names(sorting.hosts);
	apply_entries(&sorting);
	return sorting.hosts;
}
