/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleet_key.c - what the hosts of a fleet make with the key that they share
 */
#include "lib/report/make/fleet_key.h"

#include <inttypes.h>
#include <string.h>

#include "lib/base/keyed_digest.h"

#define ID_DIGITS 32
#define PART_DIGITS 4

struct fleet_key {
	struct keyed_digest *digest;
};

struct fleet_key *fleet_key_of(TALLOC_CTX *mem, const char *bytes)
{
	struct fleet_key *key = mem_new(mem, struct fleet_key);

	key->digest = keyed_digest_new(key, bytes);
	return key;
}

/* The numbers come first, and a NUL behind each text: what is a text's end
 * cannot be another's beginning. */
static char *make_id(TALLOC_CTX *mem, const struct fleet_key *key,
		     const char *numbers, const char *first, const char *second)
{
	static const char nul[] = "";
	const struct span end = span_make(nul, 1);
	const struct span parts[] = {span_of(numbers), end, span_of(first), end,
				     span_of(second),  end};
	uint8_t digest[KEYED_DIGEST_BYTES];
	char *id = mem_array(mem, char, ID_DIGITS + 1);

	keyed_digest_make(key->digest, parts, COUNT_OF(parts), digest);
	keyed_digest_text(digest, ID_DIGITS, id);
	memset(id + ID_DIGITS - PART_DIGITS, '0', PART_DIGITS);
	return id;
}

char *fleet_key_report_id(TALLOC_CTX *mem, const struct fleet_key *key,
			  int64_t day_s, int64_t round,
			  const char *policy_domain, const char *record)
{
	return make_id(mem, key,
		       mem_printf(mem, "alignd aggregate %" PRId64 " %" PRId64,
				  day_s, round),
		       policy_domain, record);
}

char *fleet_key_failure_id(TALLOC_CTX *mem, const struct fleet_key *key,
			   int64_t time_s, int64_t number,
			   const char *reference, const char *policy_domain)
{
	return make_id(mem, key,
		       mem_printf(mem, "alignd failure %" PRId64 " %" PRId64,
				  time_s, number),
		       policy_domain, reference);
}

struct delivery_key *fleet_key_delivery(TALLOC_CTX *mem,
					const struct fleet_key *key)
{
	const struct span words = span_of("alignd delivery tokens");
	uint8_t digest[KEYED_DIGEST_BYTES];

	keyed_digest_make(key->digest, &words, 1, digest);
	return delivery_key_of(mem, (const char *)digest);
}
