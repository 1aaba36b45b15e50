/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_kept.c - answers that are said to be remembered: within their bounds
 *
 * Input: what the store's column has (dns_kept.h), written by anybody. What is
 * taken of it is written as it is read.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/mem.h"
#include "lib/dns/dns_kept.h"
#include "lib/dns/dns_name.h"

static void check_answers(TALLOC_CTX *mem, struct dns_kept *kept)
{
	require(kept->count <= LIMIT_REMEMBERED_ANSWERS);
	require(kept->count <= 1 || kept->bytes <= LIMIT_REMEMBERED_BYTES);
	for (size_t i = 0; i < kept->count; i++) {
		struct dns_kept_answer *one = &kept->answers[i];
		struct dns_answer answer;
		require(dns_name_is_askable(one->name));
		require(one->length <= LIMIT_REMEMBERED_ANSWER_BYTES);
		require(dns_kept_find(kept, one->name, one->type) == one);
		require(dns_kept_read(mem, one, &answer));
		require(!dns_answer_is_failure(&answer));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns_kept kept = {.count = 0};
	struct dns_kept again = {.count = 0};
	size_t length;

	dns_kept_unpack(&kept, data, size);
	check_answers(mem, &kept);
	uint8_t *bytes = dns_kept_pack(mem, &kept, &length);
	dns_kept_unpack(&again, bytes, length);
	require(again.count == kept.count && again.bytes == kept.bytes);
	dns_kept_clear(&again);
	dns_kept_clear(&kept);
	mem_free(mem);
	return 0;
}
