/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_wire.c - DNS response packets: an answer within its bounds
 *
 * Input: the type asked for, as one byte, and a packet; the name asked for is
 * always a.test.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/mem.h"
#include "lib/dns/dns_ldns.h"
#include "lib/dns/dns_name.h"

static const enum dns_type types[] = {DNS_A, DNS_PTR, DNS_MX, DNS_TXT,
				      DNS_AAAA};

static void check_record(const struct dns_record *record, enum dns_type type)
{
	require((record->text != NULL) == (type == DNS_TXT));
	require((record->name != NULL) == (type == DNS_MX || type == DNS_PTR));
	if (type == DNS_TXT) {
		require(record->length <= LIMIT_TXT_BYTES);
		require(record->text[record->length] == '\0');
	}
	if (record->name != NULL)
		require(dns_name_is_askable(record->name) ||
			(type == DNS_MX && record->name[0] == '\0'));
}

static void check_answer(const struct dns_answer *answer, enum dns_type type)
{
	require((answer->status == DNS_OK) == (answer->count > 0));
	require(answer->status != DNS_BOGUS);
	require(answer->count <= LIMIT_ANSWER_RECORDS);
	require(answer->ttl_s <= INT32_MAX); /* RFC 2181 8 */
	for (size_t i = 0; i < answer->count; i++)
		check_record(&answer->records[i], type);
}

static void check_same(const struct dns_answer *a, const struct dns_answer *b)
{
	require(a->status == b->status && a->ttl_s == b->ttl_s);
	require(a->count == b->count);
	for (size_t i = 0; i < a->count; i++) {
		const struct dns_record *x = &a->records[i];
		const struct dns_record *y = &b->records[i];
		require(x->length == y->length &&
			x->preference == y->preference);
		require(memcmp(x->address, y->address, 16) == 0);
		require(x->name == NULL || strcmp(x->name, y->name) == 0);
		require(x->text == NULL ||
			memcmp(x->text, y->text, x->length) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	TALLOC_CTX *mem = mem_context(NULL);
	enum dns_type type = types[data[0] % 5];
	struct dns_answer answer =
	    dns_wire_decode(mem, "a.test", type, data + 1, size - 1);
	struct dns_answer again =
	    dns_wire_decode(mem, "a.test", type, data + 1, size - 1);

	check_answer(&answer, type);
	check_same(&answer, &again);
	mem_free(mem);
	return 0;
}
