/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_digest.c - SHA-256
 */
#include "tests/unit/unit.h"

#include "lib/auth/digest.h"

/* FIPS 180-2 B.1 */
static const uint8_t abc[DIGEST_BYTES] = {
    0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
    0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
    0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};

static void hashes(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct digest *digest = digest_new(mem);

	(void)state;
	digest_add(digest, span_of("a"));
	digest_add(digest, span_of(""));
	digest_add(digest, span_of("bc"));
	struct digest_value value = digest_finish(digest);
	assert_true(value.is_good);
	assert_memory_equal(value.bytes, abc, DIGEST_BYTES);
	mem_free(mem);
}

/* A copy goes its own way. */
static void copies(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct digest *digest = digest_new(mem);

	(void)state;
	digest_add(digest, span_of("ab"));
	struct digest *copy = digest_copy(mem, digest);
	digest_add(digest, span_of("x"));
	digest_add(copy, span_of("c"));
	struct digest_value one = digest_finish(copy);
	struct digest_value other = digest_finish(digest);
	assert_true(one.is_good && other.is_good);
	assert_memory_equal(one.bytes, abc, DIGEST_BYTES);
	assert_memory_not_equal(other.bytes, abc, DIGEST_BYTES);
	mem_free(mem);
}

/* What is over gives no value, and none that looks like one. */
static void is_over_once(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct digest *digest = digest_new(mem);

	(void)state;
	assert_true(digest_finish(digest).is_good);
	digest_add(digest, span_of("x"));
	assert_false(digest_finish(digest).is_good);
	assert_false(digest_finish(digest_copy(mem, digest)).is_good);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hashes),
	    cmocka_unit_test(copies),
	    cmocka_unit_test(is_over_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
