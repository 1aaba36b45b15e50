/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_kept.c - what DNS said of one domain
 *
 * As bytes each answer is: length of the name, name; type, time, length of the
 * packet, packet. Numbers are big-endian, of 1, 2, 8 and 2 bytes.
 * Tested by test_dns_memory.
 */
#include "lib/dns/dns_kept.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/dns/dns_ldns.h"
#include "lib/dns/dns_name.h"
#include "lib/dns/dns_packet.h"

#define HEAD_BYTES (1 + 2 + 8 + 2)

/* -- answers ------------------------------------------------------------ */

static uint64_t mix(uint64_t hash, const void *bytes, size_t length)
{
	const uint8_t *at = bytes;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/* The order of records has no meaning. Who makes two answers alike changes what
 * is remembered of his own domain, and that alone. */
static uint64_t fingerprint(const struct dns_answer *answer)
{
	uint64_t sum = (uint64_t)answer->status + 1;

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_record *record = &answer->records[i];
		uint64_t hash = UINT64_C(0xcbf29ce484222325);
		hash = mix(hash, record->address, sizeof record->address);
		hash =
		    mix(hash, &record->preference, sizeof record->preference);
		if (record->name != NULL)
			hash = mix(hash, record->name, strlen(record->name));
		if (record->text != NULL)
			hash = mix(hash, record->text, record->length);
		sum += hash;
	}
	return sum;
}

struct dns_kept_answer *dns_kept_find(struct dns_kept *kept, const char *name,
				      enum dns_type type)
{
	for (size_t i = 0; i < kept->count; i++) {
		if (kept->answers[i].type == type &&
		    strcmp(kept->answers[i].name, name) == 0)
			return &kept->answers[i];
	}
	return NULL;
}

static size_t bytes_of(const struct dns_kept_answer *answer)
{
	return HEAD_BYTES + strlen(answer->name) + answer->length;
}

static void drop(struct dns_kept *kept, struct dns_kept_answer *answer)
{
	kept->bytes -= bytes_of(answer);
	heap_free(answer->name);
	heap_free(answer->packet);
	*answer = kept->answers[--kept->count];
}

static void drop_oldest(struct dns_kept *kept)
{
	struct dns_kept_answer *oldest = &kept->answers[0];

	for (size_t i = 1; i < kept->count; i++) {
		if (kept->answers[i].learned_s < oldest->learned_s)
			oldest = &kept->answers[i];
	}
	drop(kept, oldest);
}

static void add(struct dns_kept *kept, const struct dns_kept_answer *answer)
{
	size_t size = bytes_of(answer);

	while (kept->count >= LIMIT_REMEMBERED_ANSWERS ||
	       (kept->count > 0 && kept->bytes + size > LIMIT_REMEMBERED_BYTES))
		drop_oldest(kept);
	if (kept->answers == NULL)
		kept->answers = heap_array(struct dns_kept_answer,
					   LIMIT_REMEMBERED_ANSWERS);
	struct dns_kept_answer *added = &kept->answers[kept->count++];
	*added = *answer;
	added->name = heap_strdup(answer->name);
	added->packet = heap_array(uint8_t, answer->length);
	memcpy(added->packet, answer->packet, answer->length);
	kept->bytes += size;
}

/* Is it of the domain, and of a type that its policy, SPF or keys have? */
static bool is_wanted(const struct dns_question *question)
{
	size_t length = strlen(question->name);

	switch (question->type) {
	case DNS_TXT:
	case DNS_A:
	case DNS_AAAA:
	case DNS_MX:
		break;
	case DNS_NS:
	case DNS_CNAME:
	case DNS_SOA:
	case DNS_PTR:
	case DNS_DS:
	case DNS_TLSA:
		return false;
	}
	return length > 0 && length <= UINT8_MAX &&
	       (length < 5 ||
		strcmp(question->name + length - 5, ".arpa") != 0);
}

/* In place of `old`, or NULL. */
static bool put_answer(struct dns_kept *kept, struct dns_kept_answer *old,
		       const struct dns_question *question, int64_t now_s,
		       uint64_t number)
{
	TALLOC_CTX *mem = mem_context(NULL);
	size_t length = 0;
	uint8_t *packet = dns_packet_write(
	    mem, question, LIMIT_REMEMBERED_ANSWER_BYTES, &length);
	const struct dns_kept_answer answer = {
	    .name = (char *)(uintptr_t)question->name,
	    .type = question->type,
	    .learned_s = now_s,
	    .fingerprint = number,
	    .length = length,
	    .packet = packet,
	};

	if (old != NULL)
		drop(kept, old);
	if (packet != NULL)
		add(kept, &answer);
	mem_free(mem);
	return old != NULL || packet != NULL;
}

bool dns_kept_note(struct dns_kept *kept, const struct dns_question *question,
		   int64_t now_s, bool may_add)
{
	const struct dns_answer *answer = question->answer;
	struct dns_kept_answer *old;

	if (answer == NULL || answer->staleness != DNS_FRESH ||
	    dns_answer_is_failure(answer) || !is_wanted(question))
		return false;
	old = dns_kept_find(kept, question->name, question->type);
	if (old == NULL && !may_add)
		return false;
	uint64_t number = fingerprint(answer);
	if (old == NULL || old->fingerprint != number)
		return put_answer(kept, old, question, now_s, number);
	old->recheck_ms = 0;
	if (now_s - old->learned_s < DNS_KEPT_REFRESH_S &&
	    old->learned_s <= now_s)
		return false;
	old->learned_s = now_s;
	return true;
}

bool dns_kept_read(TALLOC_CTX *mem, const struct dns_kept_answer *kept,
		   struct dns_answer *answer)
{
	struct dns_answer read = dns_wire_decode(mem, kept->name, kept->type,
						 kept->packet, kept->length);

	if (dns_answer_is_failure(&read))
		return false;
	*answer = read;
	return true;
}

void dns_kept_clear(struct dns_kept *kept)
{
	while (kept->count > 0)
		drop(kept, &kept->answers[0]);
	heap_free(kept->answers);
	kept->answers = NULL;
}

/* -- as bytes ----------------------------------------------------------- */

static uint8_t *put_number(uint8_t *to, uint64_t number, size_t size)
{
	for (size_t i = size; i > 0; i--)
		*to++ = (uint8_t)(number >> 8 * (i - 1));
	return to;
}

static uint8_t *put_bytes(uint8_t *to, const void *bytes, size_t length)
{
	memcpy(to, bytes, length);
	return to + length;
}

uint8_t *dns_kept_pack(TALLOC_CTX *mem, const struct dns_kept *kept,
		       size_t *length)
{
	uint8_t *bytes = mem_array(mem, uint8_t, kept->bytes);
	uint8_t *to = bytes;

	for (size_t i = 0; i < kept->count; i++) {
		const struct dns_kept_answer *answer = &kept->answers[i];
		size_t size = strlen(answer->name);
		to = put_number(to, size, 1);
		to = put_bytes(to, answer->name, size);
		to = put_number(to, answer->type, 2);
		to = put_number(to, (uint64_t)answer->learned_s, 8);
		to = put_number(to, answer->length, 2);
		to = put_bytes(to, answer->packet, answer->length);
	}
	*length = kept->bytes;
	return bytes;
}

struct source {
	const uint8_t *at;
	size_t left;
};

/* False when so many bytes are not there. */
static bool take_bytes(struct source *from, size_t length,
		       const uint8_t **bytes)
{
	if (length > from->left)
		return false;
	*bytes = from->at;
	from->at += length;
	from->left -= length;
	return true;
}

static bool take_number(struct source *from, size_t size, uint64_t *number)
{
	const uint8_t *bytes;

	if (!take_bytes(from, size, &bytes))
		return false;
	*number = 0;
	for (size_t i = 0; i < size; i++)
		*number = *number << 8 | bytes[i];
	return true;
}

static bool take_answer(TALLOC_CTX *mem, struct source *from,
			struct dns_kept_answer *answer)
{
	uint64_t size;
	uint64_t type;
	uint64_t time_s;
	uint64_t length;
	const uint8_t *name;
	const uint8_t *packet;

	if (!take_number(from, 1, &size) || !take_bytes(from, size, &name) ||
	    !take_number(from, 2, &type) || !take_number(from, 8, &time_s) ||
	    !take_number(from, 2, &length) ||
	    !take_bytes(from, length, &packet))
		return false;
	*answer = (struct dns_kept_answer){
	    .name = mem_strndup(mem, (const char *)name, size),
	    .type = (enum dns_type)type,
	    .learned_s = (int64_t)time_s,
	    .length = length,
	    .packet = (uint8_t *)(uintptr_t)packet,
	};
	return true;
}

/* Is it one that dns_kept_note() would have kept? */
static bool is_sound(TALLOC_CTX *mem, struct dns_kept_answer *answer)
{
	struct dns_answer read;
	const struct dns_question question = {.name = answer->name,
					      .type = answer->type};

	if (answer->length > LIMIT_REMEMBERED_ANSWER_BYTES ||
	    answer->learned_s < 0 || !dns_name_is_askable(answer->name) ||
	    !is_wanted(&question) || !dns_kept_read(mem, answer, &read))
		return false;
	answer->fingerprint = fingerprint(&read);
	return true;
}

void dns_kept_unpack(struct dns_kept *kept, const uint8_t *bytes, size_t length)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct source from = {.at = bytes, .left = length};
	struct dns_kept_answer answer;

	while (from.left > 0 && take_answer(mem, &from, &answer)) {
		if (is_sound(mem, &answer) &&
		    dns_kept_find(kept, answer.name, answer.type) == NULL)
			add(kept, &answer);
	}
	mem_free(mem);
}
