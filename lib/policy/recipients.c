/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * recipients.c - the recipients of a message, as far as rules ask for them
 *
 * RFC 5321 2.4: the local part is the host's to read; here it is read as all
 * hosts read it that people use, without regard to case.
 */
#include "lib/policy/recipients.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/text.h"

/* Two spellings of the address, its domain, and with a dot that and each name
 * above: labels of one letter are one more than half of the bytes. */
#define ITEMS_MAX (4 + LIMIT_DOMAIN_BYTES / 2)

struct items {
	size_t count;
	const char *items[ITEMS_MAX];
};

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The item of that text, or nothing. What was found before may be met again:
 * "ann@a.test" with and without its detail. */
static void offer(const struct text_list *named, const char *key,
		  struct items *found)
{
	const char **item = bsearch(&key, named->items, named->count,
				    sizeof named->items[0], compare_texts);

	if (item == NULL || found->count == ITEMS_MAX ||
	    (found->count > 0 && found->items[found->count - 1] == *item))
		return;
	found->items[found->count++] = *item;
}

static void offer_domain(TALLOC_CTX *mem, const struct text_list *named,
			 const char *domain, struct items *found)
{
	offer(named, domain, found);
	for (; domain != NULL; domain = domain_parent(domain))
		offer(named, mem_printf(mem, ".%s", domain), found);
}

/* "\"a\\b\"" is ab: quotes say nothing of who it is (RFC 5321 4.1.2). */
static char *plain_local(TALLOC_CTX *mem, const char *local_part)
{
	char *local = mem_strdup(mem, local_part);
	size_t length = strlen(local);

	if (length >= 2 && local[0] == '"' && local[length - 1] == '"') {
		size_t kept = 0;
		for (size_t i = 1; i < length - 1; i++) {
			if (local[i] == '\\' && i + 1 < length - 1)
				i++;
			local[kept++] = local[i];
		}
		local[kept] = '\0';
	}
	text_lower(local);
	return local;
}

/* "ann+lists" is ann; "+lists" is nobody else. */
static void cut_detail(char *local, const char *delimiters)
{
	size_t length = strcspn(local, delimiters);

	if (length > 0)
		local[length] = '\0';
}

static struct items find_items(TALLOC_CTX *mem,
			       const struct recipients *recipients,
			       const char *local_part, const char *domain)
{
	const struct text_list *named = &recipients->overrides->rcpt_items;
	struct items found = {.count = 0};
	char *local = plain_local(mem, local_part);

	offer(named, mem_printf(mem, "%s@%s", local, domain), &found);
	cut_detail(local, recipients->delimiters);
	offer(named, mem_printf(mem, "%s@%s", local, domain), &found);
	offer_domain(mem, named, domain, &found);
	qsort(found.items, found.count, sizeof found.items[0], compare_texts);
	return found;
}

/* --- groups --- */

static bool is_group_of(const struct recipient_group *group,
			const struct items *found)
{
	return group->items.count == found->count &&
	       (found->count == 0 ||
		memcmp(group->items.items, found->items,
		       found->count * sizeof found->items[0]) == 0);
}

static void add_item(TALLOC_CTX *mem, struct text_list *list, const char *item)
{
	if ((list->count & (list->count - 1)) == 0)
		list->items = mem_resize(mem, list->items, const char *,
					 2 * list->count + 4);
	list->items[list->count++] = item;
}

/* There may be as many as the set has: marks, which take any number at once. */
static void add_overflow(TALLOC_CTX *mem, struct recipients *recipients,
			 const struct items *found)
{
	const struct text_list *named = &recipients->overrides->rcpt_items;

	recipients->is_overfull = true;
	if (recipients->is_overflow == NULL)
		recipients->is_overflow = mem_array(mem, bool, named->count);
	for (size_t i = 0; i < found->count; i++) {
		const char **item =
		    bsearch(&found->items[i], named->items, named->count,
			    sizeof named->items[0], compare_texts);
		recipients->is_overflow[item - named->items] = true;
	}
}

struct text_list recipients_overflow(TALLOC_CTX *mem,
				     const struct recipients *recipients)
{
	struct text_list list = {.count = 0};

	if (recipients->is_overflow == NULL)
		return list;
	const struct text_list *named = &recipients->overrides->rcpt_items;
	for (size_t i = 0; i < named->count; i++) {
		if (recipients->is_overflow[i])
			add_item(mem, &list, named->items[i]);
	}
	return list;
}

static void add_group(TALLOC_CTX *mem, struct recipients *recipients,
		      const struct items *found)
{
	for (size_t i = 0; i < recipients->group_count; i++) {
		if (is_group_of(&recipients->groups[i], found))
			return;
	}
	if (recipients->group_count == LIMIT_RCPT_GROUPS) {
		add_overflow(mem, recipients, found);
		return;
	}
	recipients->groups =
	    mem_resize(mem, recipients->groups, struct recipient_group,
		       recipients->group_count + 1);
	struct recipient_group *group =
	    &recipients->groups[recipients->group_count++];
	*group = (struct recipient_group){.items = {.count = 0}};
	for (size_t i = 0; i < found->count; i++)
		add_item(mem, &group->items, found->items[i]);
}

/* --- exempt addresses --- */

static bool is_exempt(TALLOC_CTX *mem, const struct recipients *recipients,
		      const char *local_part, const char *domain)
{
	char *local = plain_local(mem, local_part);

	cut_detail(local, recipients->delimiters);
	return (strcmp(local, "postmaster") == 0 ||
		strcmp(local, "abuse") == 0) &&
	       domain_list_has(recipients->own_domains, domain);
}

void recipients_add(TALLOC_CTX *mem, struct recipients *recipients,
		    const char *local_part, const char *domain)
{
	bool wants_exempt =
	    !recipients->has_other && recipients->own_domains->count > 0;
	bool wants_items = recipients->overrides != NULL &&
			   recipients->overrides->rcpt_items.count > 0;
	bool is_mailbox = local_part != NULL && domain != NULL;

	if (!wants_exempt && !wants_items)
		return;
	TALLOC_CTX *scratch = mem_context(mem);
	if (wants_exempt) {
		bool is_one = is_mailbox && is_exempt(scratch, recipients,
						      local_part, domain);
		recipients->has_exempt |= is_one;
		recipients->has_other |= !is_one;
	}
	if (wants_items) {
		struct items found = {.count = 0};
		if (is_mailbox)
			found =
			    find_items(scratch, recipients, local_part, domain);
		add_group(mem, recipients, &found);
	}
	mem_free(scratch);
}

bool recipients_are_exempt(const struct recipients *recipients)
{
	return recipients->has_exempt && !recipients->has_other;
}
