/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * questions_json.c - what DNS was asked and what it said, as JSON
 *
 * Kept with an incident so that it can be explained without the network, and
 * printed by alignctl lookup.
 * Tested by test_recorded_dns.
 */
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/json_write.h"
#include "lib/base/limits.h"
#include "lib/base/net.h"
#include "lib/eval/verdict.h"

/* What each takes beside its text, in work more than in bytes. Texts count in
 * the bytes that they take as JSON. */
#define RECORD_BYTES 48
#define QUESTION_BYTES 160

/* Escaping makes four bytes of one: no more than can be shown is escaped. */
static const char *txt_text(TALLOC_CTX *mem, const struct dns_record *record,
			    bool is_whole)
{
	size_t shown = is_whole || record->length < LIMIT_RECORD_SHOWN
			   ? record->length
			   : LIMIT_RECORD_SHOWN;
	const char *text = text_escape(mem, span_make(record->text, shown),
				       4 * shown + 4, true);

	if (is_whole)
		return text;
	return json_cut(mem, text,
			shown == record->length ? strlen(text) : record->length,
			LIMIT_RECORD_SHOWN);
}

static const char *record_text(TALLOC_CTX *mem, enum dns_type type,
			       const struct dns_record *record, bool is_whole)
{
	struct net_address address;

	switch (type) {
	case DNS_A:
		address = net_address_ipv4(record->address);
		return net_address_copy(mem, &address);
	case DNS_AAAA:
		address = net_address_ipv6(record->address);
		return net_address_copy(mem, &address);
	case DNS_MX:
		return mem_printf(mem, "%u %s", record->preference,
				  record->name);
	case DNS_PTR:
	case DNS_NS:
	case DNS_CNAME:
	case DNS_SOA:
		return record->name;
	case DNS_TXT:
	case DNS_DS:
	case DNS_TLSA:
		return txt_text(mem, record, is_whole);
	}
	return "";
}

/* NULL when it takes more than `room`, from which its bytes are taken. */
static const char *take_record(TALLOC_CTX *mem, enum dns_type type,
			       const struct dns_record *record, size_t *room)
{
	bool is_whole = *room == SIZE_MAX;
	const char *text = record_text(mem, type, record, is_whole);

	if (is_whole)
		return text;
	size_t bytes = json_text_bytes(text) + RECORD_BYTES;
	if (bytes > *room)
		return NULL;
	*room -= bytes;
	return text;
}

static void put_records(TALLOC_CTX *mem, struct json_writer *json,
			const struct dns_question *question, size_t *room)
{
	const struct dns_answer *answer = question->answer;
	const char *text;
	size_t kept = 0;

	json_write_list(json, "records");
	while (kept < answer->count &&
	       (text = take_record(mem, question->type, &answer->records[kept],
				   room)) != NULL) {
		json_write_text(json, NULL, text);
		kept++;
	}
	json_write_end_list(json);
	if (kept < answer->count)
		json_write_number(json, "left_out",
				  (int64_t)(answer->count - kept));
}

static void put_question(TALLOC_CTX *mem, struct json_writer *json,
			 const struct dns_question *question, size_t *room)
{
	const struct dns_answer *answer = question->answer;
	const char *security = dns_security_text(question);

	json_write_object(json, NULL);
	json_write_text(json, "name", question->name);
	json_write_text(json, "type", dns_type_text(question->type));
	json_write_text(json, "status", dns_status_text(answer->status));
	if (security != NULL)
		json_write_text(json, "dnssec", security);
	json_write_number(json, "ttl", answer->ttl_s);
	if (answer->staleness != DNS_FRESH)
		json_write_text(json, "stale",
				dns_staleness_text(answer->staleness));
	put_records(mem, json, question, room);
	json_write_end_object(json);
}

static bool has_room(const struct dns_question *question, size_t *room)
{
	size_t bytes = json_text_bytes(question->name) + QUESTION_BYTES;

	if (*room == SIZE_MAX)
		return true;
	if (bytes > *room)
		return false;
	*room -= bytes;
	return true;
}

static void put_left_out(struct json_writer *json, size_t count)
{
	json_write_object(json, NULL);
	json_write_number(json, "left_out", (int64_t)count);
	json_write_end_object(json);
}

const char *questions_json(TALLOC_CTX *mem,
			   const struct dns_question *questions, size_t count,
			   size_t room)
{
	struct json_writer json;
	size_t kept = 0;

	json_write_begin(&json, mem);
	json_write_list(&json, NULL);
	for (; kept < count && has_room(&questions[kept], &room); kept++)
		put_question(mem, &json, &questions[kept], &room);
	if (kept < count)
		put_left_out(&json, count - kept);
	json_write_end_list(&json);
	return json_write_done(&json);
}
