/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * questions_json.c - what DNS was asked and what it said, as JSON
 *
 * Kept with an incident so that it can be explained without the network, and
 * printed by alignctl lookup.
 */
#include "lib/base/net.h"
#include "lib/eval/verdict.h"

static const char *record_text(TALLOC_CTX *mem, enum dns_type type,
			       const struct dns_record *record)
{
	struct net_address address;
	char text[NET_ADDRESS_TEXT];

	switch (type) {
	case DNS_A:
		address = net_address_ipv4(record->address);
		return mem_strdup(mem, net_address_text(&address, text));
	case DNS_AAAA:
		address = net_address_ipv6(record->address);
		return mem_strdup(mem, net_address_text(&address, text));
	case DNS_MX:
		return mem_printf(mem, "%u %s", record->preference,
				  record->name);
	case DNS_PTR:
		return record->name;
	case DNS_TXT:
		return text_escape(mem, span_make(record->text, record->length),
				   4 * record->length + 4, true);
	}
	return "";
}

static struct json *question_json(TALLOC_CTX *mem,
				  const struct dns_question *question)
{
	const struct dns_answer *answer = question->answer;
	struct json *child = json_new_object(mem);
	struct json *records = json_new_array(mem);

	for (size_t i = 0; i < answer->count; i++)
		json_add_text(records, record_text(mem, question->type,
						   &answer->records[i]));
	json_put_text(child, "name", question->name);
	json_put_text(child, "type", dns_type_text(question->type));
	json_put_text(child, "status", dns_status_text(answer->status));
	json_put_number(child, "ttl", answer->ttl_s);
	json_put(child, "records", records);
	return child;
}

struct json *questions_json(TALLOC_CTX *mem,
			    const struct dns_question *questions, size_t count)
{
	struct json *list = json_new_array(mem);

	for (size_t i = 0; i < count; i++)
		json_add(list, question_json(mem, &questions[i]));
	return list;
}
