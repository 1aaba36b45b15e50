/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * recorded_dns.c - the DNS answers of an incident, as the store kept them
 */
#include "lib/explain/recorded_dns.h"

#include <string.h>

#include "lib/base/json.h"
#include "lib/dns/dns_answer.h"

static const char *text_of(TALLOC_CTX *mem, const struct json *object,
			   const char *key)
{
	const char *text = json_get_text(object, key);

	return mem_strdup(mem, text == NULL ? "" : text);
}

/* An answer too long to be kept is not one without records. */
static struct text_list records_of(TALLOC_CTX *mem, const struct json *item)
{
	struct json *array = json_get(mem, item, "records");
	struct text_list list = {.count = json_count(array)};

	list.items = mem_array(mem, const char *, list.count + 1);
	for (size_t i = 0; i < list.count; i++) {
		const char *text = json_item_text(array, i);
		list.items[i] = mem_strdup(mem, text == NULL ? "" : text);
	}
	if (list.count == 0 && json_get_number(item, "left_out", 0) > 0)
		list.items[list.count++] = "(not kept)";
	return list;
}

struct recorded_dns recorded_dns_read(TALLOC_CTX *mem, const char *json)
{
	struct json *list = json_read(mem, json);
	struct recorded_dns dns = {.count = json_count(list)};
	struct recorded_answer *items =
	    mem_array(mem, struct recorded_answer, dns.count);

	for (size_t i = 0; i < dns.count; i++) {
		struct json *item = json_item(mem, list, i);
		items[i] = (struct recorded_answer){
		    .name = text_of(mem, item, "name"),
		    .type = text_of(mem, item, "type"),
		    .status = dns_status_find(json_get_text(item, "status")),
		    .ttl_s = json_get_number(item, "ttl", 0),
		    .security =
			dns_security_find(json_get_text(item, "dnssec")),
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
	return answer != NULL &&
	       (answer->status == DNS_TEMPORARY || answer->status == DNS_BOGUS);
}

const char *recorded_status_words(const struct recorded_answer *answer)
{
	static const char *const words[DNS_STATUSES] = {
	    [DNS_OK] = "answered",
	    [DNS_NODATA] = "no such record there",
	    [DNS_NXDOMAIN] = "no such name",
	    [DNS_TEMPORARY] = "no answer (a failure or a timeout)",
	    [DNS_BOGUS] = "an answer that failed DNSSEC validation",
	};

	if (answer == NULL)
		return "not asked";
	return answer->status < 0 ? "an answer of unknown kind"
				  : words[answer->status];
}
