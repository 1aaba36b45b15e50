/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_answer.c - answers as values that can be copied whole
 *
 * Also the words for statuses and types. Pure functions.
 * Tested by test_dns_cache, test_dns_ldns.
 */
#include "lib/dns/dns_answer.h"

#include <string.h>

#include "lib/base/text.h"

struct packed {
	struct dns_answer answer;
	struct dns_record records[]; /* then the bytes of names and texts */
};

struct dns_answer dns_answer_empty(enum dns_status status, uint32_t ttl_s)
{
	return (struct dns_answer){.status = status, .ttl_s = ttl_s};
}

bool dns_answer_is_failure(const struct dns_answer *answer)
{
	return answer->status == DNS_TEMPORARY || answer->status == DNS_BOGUS;
}

size_t dns_answer_size(const struct dns_answer *answer)
{
	size_t size =
	    sizeof(struct packed) + answer->count * sizeof(struct dns_record);

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_record *record = &answer->records[i];
		if (record->name != NULL)
			size += strlen(record->name) + 1;
		if (record->text != NULL)
			size += record->length + 1;
	}
	return size;
}

/* Copies `length` bytes to *room, ends them with NUL and moves *room on. */
static const char *place(char **room, const char *bytes, size_t length)
{
	char *start = *room;

	if (length > 0)
		memcpy(start, bytes, length);
	start[length] = '\0';
	*room += length + 1;
	return start;
}

static struct dns_answer *pack_into(void *block,
				    const struct dns_answer *answer)
{
	struct packed *packed = block;
	char *room = (char *)&packed->records[answer->count];

	packed->answer = *answer;
	packed->answer.records = packed->records;
	for (size_t i = 0; i < answer->count; i++) {
		struct dns_record *record = &packed->records[i];
		*record = answer->records[i];
		if (record->name != NULL)
			record->name =
			    place(&room, record->name, strlen(record->name));
		if (record->text != NULL)
			record->text =
			    place(&room, record->text, record->length);
	}
	return &packed->answer;
}

struct dns_answer *dns_answer_copy(TALLOC_CTX *mem,
				   const struct dns_answer *answer)
{
	/* Not zeroed: an answer of 256 addresses is 12 KB. */
	char *block =
	    mem_resize(mem, (char *)NULL, char, dns_answer_size(answer));

	return pack_into(block, answer);
}

struct dns_answer *dns_answer_pack(const struct dns_answer *answer)
{
	return pack_into(heap_zeroed(dns_answer_size(answer), 1), answer);
}

static const char *const statuses[] = {
    [DNS_OK] = "ok",
    [DNS_NODATA] = "nodata",
    [DNS_NXDOMAIN] = "nxdomain",
    [DNS_TEMPORARY] = "temporary",
    [DNS_BOGUS] = "bogus",
};

const char *dns_status_text(enum dns_status status)
{
	return statuses[status];
}

int dns_status_find(const char *text)
{
	return text_place(statuses, DNS_STATUSES, text);
}

static const char *const stalenesses[] = {
    [DNS_FRESH] = "fresh",
    [DNS_STALE] = "stale",
    [DNS_REMEMBERED] = "remembered",
};

const char *dns_staleness_text(enum dns_staleness staleness)
{
	return stalenesses[staleness];
}

int dns_staleness_find(const char *text)
{
	return text_place(stalenesses, COUNT_OF(stalenesses), text);
}

const enum dns_type dns_types[DNS_TYPES] = {
    DNS_A,  DNS_NS,  DNS_CNAME, DNS_SOA, DNS_PTR,
    DNS_MX, DNS_TXT, DNS_AAAA,	DNS_DS,	 DNS_TLSA,
};

static const char *const securities[] = {"secure", "insecure", "bogus",
					 "indeterminate"};

const char *dns_security_text(const struct dns_question *question)
{
	if (!question->is_validated)
		return NULL;
	if (question->answer->status == DNS_BOGUS)
		return securities[2];
	if (question->answer->status == DNS_TEMPORARY)
		return securities[3];
	return securities[question->answer->is_secure ? 0 : 1];
}

const char *dns_security_find(const char *text)
{
	for (size_t i = 0; text != NULL && i < COUNT_OF(securities); i++) {
		if (strcmp(securities[i], text) == 0)
			return securities[i];
	}
	return NULL;
}

const char *dns_type_text(enum dns_type type)
{
	switch (type) {
	case DNS_A:
		return "A";
	case DNS_NS:
		return "NS";
	case DNS_CNAME:
		return "CNAME";
	case DNS_SOA:
		return "SOA";
	case DNS_DS:
		return "DS";
	case DNS_TLSA:
		return "TLSA";
	case DNS_PTR:
		return "PTR";
	case DNS_MX:
		return "MX";
	case DNS_TXT:
		return "TXT";
	case DNS_AAAA:
		return "AAAA";
	}
	return "unknown";
}

enum dns_type dns_address_type(const struct net_address *client)
{
	return client->family == NET_IPV4 ? DNS_A : DNS_AAAA;
}
