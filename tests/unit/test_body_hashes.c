/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_body_hashes.c - a message's body, hashed as its signatures want it
 */
#include "tests/unit/unit.h"

#include "lib/auth/body_hashes.h"

/* bh= of what the body's canonical form is known to be. */
static struct signature_tags tags_of(TALLOC_CTX *mem, bool is_relaxed,
				     int64_t length, const char *canonical)
{
	struct digest *digest = digest_new(mem);

	digest_add(digest, span_of(canonical));
	struct digest_value value = digest_finish(digest);
	return (struct signature_tags){
	    .is_body_relaxed = is_relaxed,
	    .body_length = length,
	    .body_hash = span_make(
		mem_strndup(mem, (const char *)value.bytes, DIGEST_BYTES),
		DIGEST_BYTES)};
}

static void compares_each_way(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct body_hashes *hashes = body_hashes_new(mem);
	struct {
		struct signature_tags tags;
		enum body_verdict want;
		bool is_partial;
	} rows[] = {
	    {tags_of(mem, false, -1, "a  b\r\n"), BODY_UNCHANGED, false},
	    {tags_of(mem, true, -1, "a b\r\n"), BODY_UNCHANGED, false},
	    {tags_of(mem, true, 1, "a"), BODY_UNCHANGED, true},
	    {tags_of(mem, true, 5, "a b\r\n"), BODY_UNCHANGED, false},
	    {tags_of(mem, true, 6, "a b\r\n"), BODY_SHORTER, false},
	    {tags_of(mem, false, 6, "a  b\r\n"), BODY_UNCHANGED, false},
	    {tags_of(mem, false, -1, "a b\r\n"), BODY_CHANGED, false},
	    {tags_of(mem, false, 0, ""), BODY_UNCHANGED, true},
	};
	size_t count = sizeof rows / sizeof rows[0];

	(void)state;
	for (size_t i = 0; i < count; i++)
		assert_true(body_hashes_want(hashes, &rows[i].tags));
	body_hashes_add(hashes, span_of("a  "));
	body_hashes_add(hashes, span_of("b"));
	body_hashes_finish(hashes);
	body_hashes_finish(hashes);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(body_hashes_compare(hashes, &rows[i].tags),
				 rows[i].want);
		assert_int_equal(body_hashes_is_partial(hashes, &rows[i].tags),
				 rows[i].is_partial);
	}
	rows[0].tags.body_hash.length = DIGEST_BYTES - 1;
	assert_int_equal(body_hashes_compare(hashes, &rows[0].tags),
			 BODY_CHANGED);
	mem_free(mem);
}

/* C32: four different l= a form; no form uses up the other's. */
static void c32_bounds_the_lengths(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct body_hashes *hashes = body_hashes_new(mem);

	(void)state;
	for (int is_relaxed = 0; is_relaxed < 2; is_relaxed++) {
		for (int64_t length = 9; length > 4; length--) {
			struct signature_tags tags =
			    tags_of(mem, is_relaxed, length, "");
			assert_int_equal(body_hashes_want(hashes, &tags),
					 length > 5);
			assert_int_equal(body_hashes_want(hashes, &tags),
					 length > 5);
		}
		struct signature_tags whole = tags_of(mem, is_relaxed, -1, "");
		assert_true(body_hashes_want(hashes, &whole));
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(compares_each_way),
	    cmocka_unit_test(c32_bounds_the_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
