/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * traffic.c - what recorded mail shows of domains
 */
#include "tools/posture/traffic.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/domain.h"
#include "lib/base/json.h"
#include "lib/base/limits.h"
#include "lib/store/store_reader.h"
#include "tools/store.h"

#define TUPLES_MAX 200000 /* those seen last; older keys are hardly in use */

static int compare(const void *left, const void *right)
{
	const struct posture_traffic *a = left;
	const struct posture_traffic *b = right;

	return strcmp(a->domain, b->domain);
}

struct posture_traffic *traffic_find(const struct traffic *traffic,
				     const char *domain)
{
	const struct posture_traffic key = {.domain = domain};

	if (traffic->count == 0)
		return NULL;
	return bsearch(&key, traffic->items, traffic->count, sizeof key,
		       compare);
}

/* The listed domain that a name is, or lies below; the nearest. */
static struct posture_traffic *find_listed(const struct traffic *traffic,
					   const char *name)
{
	struct posture_traffic *found = NULL;

	while (found == NULL && name != NULL) {
		found = traffic_find(traffic, name);
		name = domain_parent(name);
	}
	return found;
}

static void add_once(TALLOC_CTX *mem, struct text_list *list, const char *name)
{
	if (list->count == LIMIT_POSTURE_LEARNED || domain_list_has(list, name))
		return;
	list->items =
	    mem_resize(mem, list->items, const char *, list->count + 1);
	list->items[list->count++] = mem_strdup(mem, name);
}

static void take_signature(struct traffic *traffic,
			   const struct json *signature)
{
	const char *domain = json_get_text(signature, "domain");
	const char *selector = json_get_text(signature, "selector");
	const char *result = json_get_text(signature, "result");

	if (domain == NULL || selector == NULL || result == NULL ||
	    strcmp(result, "pass") != 0)
		return;
	struct posture_traffic *found = find_listed(traffic, domain);
	if (found == NULL)
		return;
	const char *name =
	    mem_printf(traffic->items, "%s._domainkey.%s", selector, domain);
	if (domain_is_valid(name))
		add_once(traffic->items, &found->keys, name);
}

static bool take_tuple(void *context, int64_t first_hour_s, int64_t count,
		       const struct store_tuple *tuple)
{
	struct traffic *traffic = context;
	TALLOC_CTX *mem = mem_context(NULL);
	struct posture_traffic *found =
	    find_listed(traffic, tuple->author_domain);
	const struct json *list = json_read(mem, tuple->dkim);

	(void)first_hour_s;
	(void)count;
	if (found != NULL &&
	    !domain_equals(found->domain, tuple->author_domain) &&
	    domain_is_valid(tuple->author_domain))
		add_once(traffic->items, &found->below, tuple->author_domain);
	for (size_t i = 0; list != NULL && i < json_count(list); i++)
		take_signature(traffic, json_item(mem, list, i));
	mem_free(mem);
	return true;
}

bool traffic_read(struct tool *tool, const char *path,
		  const struct text_list *domains, struct traffic *traffic,
		  struct error *err)
{
	struct store_reader *reader;

	*traffic = (struct traffic){0};
	if (access(path, R_OK) != 0)
		return true;
	if (!tool_store_reader(tool, path, &reader, err))
		return false;
	traffic->count = domains->count;
	traffic->items =
	    mem_array(tool->mem, struct posture_traffic, domains->count);
	for (size_t i = 0; i < domains->count; i++)
		traffic->items[i].domain = domains->items[i];
	qsort(traffic->items, traffic->count, sizeof *traffic->items, compare);
	return store_all_passes(reader, TUPLES_MAX, take_tuple, traffic, err);
}
