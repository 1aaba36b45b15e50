/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * recorded_dns.c - the DNS answers of an incident, as the store kept them
 */
#include "lib/explain/recorded_dns.h"

#include <string.h>

#include "lib/base/json.h"

static const char *text_of(TALLOC_CTX *mem, const struct json *object,
			   const char *key)
{
	const char *text = json_get_text(object, key);

	return mem_strdup(mem, text == NULL ? "" : text);
}

static struct text_list texts_of(TALLOC_CTX *mem, const struct json *object,
				 const char *key)
{
	struct json *array = json_get(mem, object, key);
	struct text_list list = {.count =
				     array == NULL ? 0 : json_count(array)};

	list.items = mem_array(mem, const char *, list.count);
	for (size_t i = 0; i < list.count; i++) {
		const char *text = json_item_text(array, i);
		list.items[i] = mem_strdup(mem, text == NULL ? "" : text);
	}
	return list;
}

/* An answer too long to be kept is not one without records. */
static struct text_list records_of(TALLOC_CTX *mem, const struct json *item)
{
	struct text_list list = texts_of(mem, item, "records");

	if (list.count > 0 || json_get_number(item, "left_out", 0) <= 0)
		return list;
	list.items = mem_array(mem, const char *, 1);
	list.items[list.count++] = "(not kept)";
	return list;
}

struct recorded_dns recorded_dns_read(TALLOC_CTX *mem, const char *json)
{
	struct json *list = json_read(mem, json);
	struct recorded_dns dns = {.count =
				       list == NULL ? 0 : json_count(list)};
	struct recorded_answer *items =
	    mem_array(mem, struct recorded_answer, dns.count);

	for (size_t i = 0; i < dns.count; i++) {
		struct json *item = json_item(mem, list, i);
		if (item == NULL)
			item = json_new_object(mem);
		items[i] = (struct recorded_answer){
		    .name = text_of(mem, item, "name"),
		    .type = text_of(mem, item, "type"),
		    .status = text_of(mem, item, "status"),
		    .ttl_s = json_get_number(item, "ttl", 0),
		    .records = records_of(mem, item),
		};
	}
	dns.items = items;
	return dns;
}

const struct recorded_answer *recorded_dns_find(const struct recorded_dns *dns,
						const char *name,
						const char *type)
{
	for (size_t i = 0; i < dns->count; i++) {
		if (strcmp(dns->items[i].type, type) == 0 &&
		    text_equals_nocase(dns->items[i].name, name))
			return &dns->items[i];
	}
	return NULL;
}

bool recorded_is_open(const struct recorded_answer *answer)
{
	return answer != NULL && (strcmp(answer->status, "temporary") == 0 ||
				  strcmp(answer->status, "bogus") == 0);
}

const char *recorded_status_words(const struct recorded_answer *answer)
{
	static const struct {
		const char *status;
		const char *words;
	} table[] = {
	    {"ok", "answered"},
	    {"nodata", "no such record there"},
	    {"nxdomain", "no such name"},
	    {"temporary", "no answer (a failure or a timeout)"},
	    {"bogus", "an answer that failed DNSSEC validation"},
	};

	if (answer == NULL)
		return "not asked";
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		if (strcmp(answer->status, table[i].status) == 0)
			return table[i].words;
	}
	return "an answer of unknown kind";
}
