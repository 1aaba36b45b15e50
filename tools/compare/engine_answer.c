/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine_answer.c - what a library's process and alignctl tell each other
 */
#include "tools/compare/engine_answer.h"

#include <string.h>

#include "lib/base/limits.h"

#define TEXT_BYTES 300

/* --- findings --- */

char *engine_answer_write(TALLOC_CTX *mem,
			  const struct engine_findings *findings)
{
	struct json *list = json_new_array(mem);
	struct json *answer = json_new_object(mem);

	for (size_t i = 0; i < findings->count; i++) {
		const struct engine_finding *one = &findings->items[i];
		struct json *object = json_new_object(mem);
		json_put_text(object, "domain", one->domain);
		json_put_text(object, "selector", one->selector);
		json_put_text(object, "result", auth_result_text(one->result));
		json_put_text(object, "asked", request_text(one->asked));
		json_put_text(object, "reason", one->reason);
		json_add(list, object);
	}
	json_put(answer, "findings", list);
	return json_text(mem, answer);
}

/* The text below `mem`, or NULL; *is_good goes where it cannot be ours. */
static const char *take_text(TALLOC_CTX *mem, const struct json *object,
			     const char *key, bool *is_good)
{
	const char *text = json_get_text(object, key);

	if (text == NULL)
		return NULL;
	if (strlen(text) > TEXT_BYTES || !text_is_line(span_of(text)))
		*is_good = false;
	return mem_strdup(mem, text);
}

static bool take_finding(TALLOC_CTX *mem, const struct json *object,
			 struct engine_finding *finding)
{
	bool is_good = true;
	int result = auth_result_find(json_get_text(object, "result"));
	const char *policy = json_get_text(object, "asked");
	int asked = policy == NULL ? REQUEST_ABSENT : request_find(policy);

	*finding = (struct engine_finding){
	    .domain = take_text(mem, object, "domain", &is_good),
	    .selector = take_text(mem, object, "selector", &is_good),
	    .result = (enum auth_result)result,
	    .asked = (enum request)asked,
	    .reason = take_text(mem, object, "reason", &is_good),
	};
	return is_good && result >= 0 && asked >= 0;
}

bool engine_answer_read(TALLOC_CTX *mem, const char *text,
			struct engine_findings *findings)
{
	struct json *answer = json_read(mem, text);
	struct json *list =
	    answer == NULL ? NULL : json_get(mem, answer, "findings");
	size_t count = list == NULL ? 0 : json_count(list);

	if (list == NULL || count > LIMIT_SIGNATURES_LOOKED_AT)
		return false;
	struct engine_finding *items =
	    mem_array(mem, struct engine_finding, count);
	for (size_t i = 0; i < count; i++) {
		struct json *object = json_item(mem, list, i);
		if (object == NULL || !take_finding(mem, object, &items[i]))
			return false;
	}
	*findings = (struct engine_findings){.count = count, .items = items};
	return true;
}

/* --- facts --- */

static struct json *identifier_json(TALLOC_CTX *mem,
				    const struct engine_identifier *identifier)
{
	struct json *object = json_new_object(mem);

	json_put_text(object, "domain", identifier->domain);
	json_put_text(object, "selector", identifier->selector);
	json_put_number(object, "result", (int64_t)identifier->result);
	return object;
}

char *engine_facts_write(TALLOC_CTX *mem,
			 const struct engine_dmarc_facts *facts)
{
	struct json *object = json_new_object(mem);
	struct json *list = json_new_array(mem);
	char client[NET_ADDRESS_TEXT];

	json_put_text(object, "client",
		      net_address_text(&facts->client, client));
	json_put_text(object, "author", facts->author_domain);
	json_put_text(object, "policy", facts->policy_domain);
	json_put_text(object, "record", facts->record);
	json_put_flag(object, "helo", facts->is_helo);
	json_put(object, "spf", identifier_json(mem, &facts->spf));
	for (size_t i = 0; i < facts->signature_count; i++)
		json_add(list, identifier_json(mem, &facts->signatures[i]));
	json_put(object, "dkim", list);
	return json_text(mem, object);
}

static const char *copy_at(TALLOC_CTX *mem, const struct json *object,
			   const char *key)
{
	const char *text = json_get_text(object, key);

	return text == NULL ? NULL : mem_strdup(mem, text);
}

static struct engine_identifier identifier_of(TALLOC_CTX *mem,
					      const struct json *object)
{
	if (object == NULL)
		return (struct engine_identifier){.domain = NULL};
	return (struct engine_identifier){
	    .domain = copy_at(mem, object, "domain"),
	    .selector = copy_at(mem, object, "selector"),
	    .result =
		(enum auth_result)json_get_number(object, "result", AUTH_NONE),
	};
}

bool engine_facts_read(TALLOC_CTX *mem, const char *text,
		       struct engine_dmarc_facts *facts)
{
	struct json *object = json_read(mem, text);
	struct json *list =
	    object == NULL ? NULL : json_get(mem, object, "dkim");

	if (list == NULL)
		return false;
	size_t count = json_count(list);
	struct engine_identifier *items =
	    mem_array(mem, struct engine_identifier, count);
	for (size_t i = 0; i < count; i++)
		items[i] = identifier_of(mem, json_item(mem, list, i));
	*facts = (struct engine_dmarc_facts){
	    .author_domain = copy_at(mem, object, "author"),
	    .policy_domain = copy_at(mem, object, "policy"),
	    .record = copy_at(mem, object, "record"),
	    .is_helo = json_get_flag(object, "helo"),
	    .spf = identifier_of(mem, json_get(mem, object, "spf")),
	    .signature_count = count,
	    .signatures = items,
	};
	const char *client = json_get_text(object, "client");
	if (client == NULL || !net_address_parse(client, &facts->client))
		facts->client = (struct net_address){.family = NET_NONE};
	return true;
}
