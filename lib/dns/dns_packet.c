/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_packet.c - an answer as the packet that would have brought it
 *
 * RFC 1035 4.1: header, question, answers whose owner points to it.
 * Tested by test_dns_memory.
 */
#include "lib/dns/dns_packet.h"

#include <string.h>

#include "lib/base/limits.h"

#define RESPONSE 0x8180 /* recursion was wanted and is there */
#define RCODE_NXDOMAIN 3
#define CLASS_IN 1
#define OWNER 0xc00c /* the question's name, behind the header */
#define STRING_BYTES 255

/* What is written; `is_full` once something found no room. */
struct writer {
	uint8_t *bytes;
	size_t length;
	size_t max;
	bool is_full;
};

static void put_bytes(struct writer *to, const void *bytes, size_t length)
{
	if (to->is_full || length > to->max - to->length) {
		to->is_full = true;
		return;
	}
	if (length > 0)
		memcpy(to->bytes + to->length, bytes, length);
	to->length += length;
}

static void put_number(struct writer *to, size_t number)
{
	const uint8_t bytes[] = {(uint8_t)(number >> 8), (uint8_t)number};

	put_bytes(to, bytes, sizeof bytes);
}

static void put_short(struct writer *to, const char *text, size_t length)
{
	const uint8_t byte = (uint8_t)length;

	put_bytes(to, &byte, 1);
	put_bytes(to, text, length);
}

static void put_name(struct writer *to, const char *name)
{
	while (*name != '\0') {
		size_t length = strcspn(name, ".");
		to->is_full |= length == 0 || length > LIMIT_LABEL_BYTES;
		put_short(to, name, length);
		name += length + (name[length] == '.');
	}
	put_short(to, "", 0);
}

/* The strings of a TXT record are read as one. */
static void put_text(struct writer *to, const struct dns_record *record)
{
	size_t at = 0;

	do {
		size_t left = record->length - at;
		size_t length = left > STRING_BYTES ? STRING_BYTES : left;
		put_short(to, record->text + at, length);
		at += length;
	} while (at < record->length);
}

static void put_data(struct writer *to, enum dns_type type,
		     const struct dns_record *record)
{
	switch (type) {
	case DNS_A:
		put_bytes(to, record->address, 4);
		break;
	case DNS_AAAA:
		put_bytes(to, record->address, 16);
		break;
	case DNS_MX:
		put_number(to, record->preference);
		put_name(to, record->name);
		break;
	case DNS_TXT:
		put_text(to, record);
		break;
	case DNS_NS:
	case DNS_CNAME:
	case DNS_SOA:
	case DNS_PTR:
	case DNS_DS:
	case DNS_TLSA:
		to->is_full = true;
		break;
	}
}

static void put_record(struct writer *to, enum dns_type type,
		       const struct dns_record *record)
{
	put_number(to, OWNER);
	put_number(to, type);
	put_number(to, CLASS_IN);
	put_number(to, 0); /* the time to live, of four bytes */
	put_number(to, 0);
	size_t size_at = to->length;
	put_number(to, 0);
	put_data(to, type, record);
	if (to->is_full)
		return;
	size_t size = to->length - size_at - 2;
	to->bytes[size_at] = (uint8_t)(size >> 8);
	to->bytes[size_at + 1] = (uint8_t)size;
}

uint8_t *dns_packet_write(TALLOC_CTX *mem, const struct dns_question *question,
			  size_t max, size_t *length)
{
	const struct dns_answer *answer = question->answer;
	struct writer to = {.max = max < UINT16_MAX ? max : UINT16_MAX};

	if (dns_answer_is_failure(answer))
		return NULL;
	to.bytes = mem_array(mem, uint8_t, to.max);
	put_number(&to, 0); /* no id */
	put_number(&to,
		   RESPONSE |
		       (answer->status == DNS_NXDOMAIN ? RCODE_NXDOMAIN : 0));
	put_number(&to, 1);
	put_number(&to, answer->count);
	put_number(&to, 0);
	put_number(&to, 0);
	put_name(&to, question->name);
	put_number(&to, question->type);
	put_number(&to, CLASS_IN);
	for (size_t i = 0; i < answer->count; i++)
		put_record(&to, question->type, &answer->records[i]);
	if (to.is_full) {
		mem_free(to.bytes);
		return NULL;
	}
	*length = to.length;
	return to.bytes;
}
