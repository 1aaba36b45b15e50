/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_key.c - DKIM key records: one short record of ours, or a reason
 *
 * Input: the TXT records of a selector, with a NUL between two. Properties:
 * what libopendkim gets is bounded, printable and reads as the same key again;
 * a key is for one type of algorithm; the order of the records says nothing.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/auth/signature_key.h"
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

static void check_key(struct signature_key key)
{
	require(key.result == AUTH_NONE || key.result == AUTH_PERMERROR);
	require((key.result == AUTH_NONE) == (key.record != NULL));
	require((key.result == AUTH_NONE) == (key.reason == NULL));
	require(key.reason == NULL || fuzz_is_line(key.reason));
	if (key.record == NULL)
		return;
	require(strlen(key.record) <= LIMIT_KEY_BYTES);
	require(fuzz_is_line(key.record));
	require(strncmp(key.record, "v=DKIM1; k=", 11) == 0);
}

static bool is_same(struct signature_key a, struct signature_key b)
{
	if (a.result != b.result)
		return false;
	return a.result == AUTH_NONE ? strcmp(a.record, b.record) == 0
				     : strcmp(a.reason, b.reason) == 0;
}

/* Our own record of a key is a key record, and the same one. */
static void check_again(TALLOC_CTX *mem, struct signature_key key,
			const char *algorithm, bool is_decoded)
{
	struct signature_key again = signature_key_parse(
	    mem, span_of(key.record), algorithm, is_decoded);

	require(is_same(key, again));
}

static void check_record(TALLOC_CTX *mem, struct span record)
{
	size_t usable = 0;

	for (size_t i = 0; i < 2; i++) {
		struct signature_key key =
		    signature_key_parse(mem, record, algorithms[i], false);
		struct signature_key decoded =
		    signature_key_parse(mem, record, algorithms[i], true);
		check_key(key);
		check_key(decoded);
		/* A closer look never finds more. */
		require(decoded.result != AUTH_NONE || is_same(key, decoded));
		if (key.result == AUTH_NONE) {
			check_again(mem, key, algorithms[i], false);
			usable++;
		}
		if (decoded.result == AUTH_NONE)
			check_again(mem, decoded, algorithms[i], true);
	}
	require(usable <= 1);
}

static void check_order(TALLOC_CTX *mem, const struct dns_record *records,
			size_t count)
{
	struct dns_record turned[MAX_RECORDS];

	for (size_t i = 0; i < count; i++)
		turned[i] = records[count - 1 - i];
	for (size_t i = 0; i < 2; i++) {
		struct dns_answer answer = {
		    .status = DNS_OK, .count = count, .records = records};
		struct signature_key one =
		    signature_key_choose(mem, &answer, algorithms[i]);
		answer.records = turned;
		struct signature_key other =
		    signature_key_choose(mem, &answer, algorithms[i]);
		check_key(one);
		require(is_same(one, other));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns_record records[MAX_RECORDS];
	size_t count = split(span_make((const char *)data, size), records);

	for (size_t i = 0; i < count; i++)
		check_record(mem,
			     span_make(records[i].text, records[i].length));
	check_order(mem, records, count);
	mem_free(mem);
	return 0;
}
