/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_key.c - DKIM key records: a key, or a reason
 *
 * Input: the TXT records of a selector, with a NUL between two. Properties: a
 * record is a key for one type of algorithm at most; its size is within the
 * limits; OpenSSL takes every key that we found usable; kept or read anew it
 * says the same; the order of the records says nothing.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/auth/key_cache.h"
#include "lib/auth/signature_check.h"
#include "lib/base/limits.h"

#define MAX_RECORDS 4

static const char *const algorithms[] = {"rsa-sha256", "ed25519-sha256"};

static size_t split(struct span all, struct dns_record *records)
{
	struct span text;
	size_t count = 0;
	bool is_more = true;

	while (is_more && count < MAX_RECORDS) {
		is_more = span_cut(all, '\0', &text, &all);
		records[count++] = (struct dns_record){.text = text.data,
						       .length = text.length};
	}
	return count;
}

static void check_usable(struct signature_key *key)
{
	const struct signature_key_facts *facts = signature_key_facts(key);
	const struct digest_value hash = {.is_good = true};

	require(facts->type != NULL);
	require(facts->bits > 0 && facts->bits <= LIMIT_RSA_BITS);
	require(facts->cost > 0 && facts->cost <= LIMIT_CHECK_COST);
	require(signature_key_verify(key, &hash, span_of("no signature")) ==
		PUBLIC_KEY_NOT_SIGNED);
}

static void check_record(struct span record)
{
	size_t usable = 0;
	struct signature_key *key = key_cache_get(record);
	struct signature_key *again = key_cache_get(record);

	require(signature_key_is(key, record) &&
		signature_key_is(again, record));
	require(signature_key_compare(key, again) == 0);
	for (size_t i = 0; i < 2; i++) {
		const char *fault = signature_key_fault(key, algorithms[i]);
		require(fault == signature_key_fault(again, algorithms[i]));
		require(fault == NULL || fuzz_is_line(fault));
		usable += fault == NULL;
	}
	require(usable <= 1);
	if (usable == 1)
		check_usable(key);
	signature_key_unref(key);
	signature_key_unref(again);
}

static struct signature_outcome ask(TALLOC_CTX *mem,
				    const struct dns_record *records,
				    size_t count, const char *algorithm)
{
	struct dns_answer answer = {
	    .status = DNS_OK, .count = count, .records = records};
	struct signature_claim claim = {.algorithm = algorithm,
					.max_cost = LIMIT_CHECK_COST,
					.signature = span_of("QUJD"),
					.min_rsa_bits = 1024,
					.hash = {.is_good = true}};

	return signature_check(signature_checks_new(mem), &answer, &claim);
}

static void check_order(TALLOC_CTX *mem, const struct dns_record *records,
			size_t count)
{
	struct dns_record turned[MAX_RECORDS];

	for (size_t i = 0; i < count; i++)
		turned[i] = records[count - 1 - i];
	for (size_t i = 0; i < 2; i++) {
		struct signature_outcome one =
		    ask(mem, records, count, algorithms[i]);
		struct signature_outcome other =
		    ask(mem, turned, count, algorithms[i]);
		require(one.result != AUTH_PASS);
		require(one.result == other.result);
		require(strcmp(one.reason, other.reason) == 0);
		require(one.key_bits == other.key_bits);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns_record records[MAX_RECORDS];
	size_t count = split(span_make((const char *)data, size), records);

	key_cache_set(true);
	for (size_t i = 0; i < count; i++)
		check_record(span_make(records[i].text, records[i].length));
	check_order(mem, records, count);
	mem_free(mem);
	return 0;
}
