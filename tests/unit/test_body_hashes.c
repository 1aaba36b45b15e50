/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_body_hashes.c - the ways in which a message's signatures hash its body
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
	struct body_hashes *hashes = body_hashes_new(mem, 4);
	struct signature_tags rows[] = {
	    tags_of(mem, false, -1, "a  b\r\n"),
	    tags_of(mem, true, -1, "a b\r\n"),
	    tags_of(mem, true, 1, "a"),
	    tags_of(mem, true, 6, "a b\r\n"), /* longer than the body */
	    tags_of(mem, false, -1, "a b\r\n"),
	    tags_of(mem, false, 0, ""), /* a fifth way */
	};
	static const enum body_verdict wants[] = {
	    BODY_UNCHANGED, BODY_UNCHANGED, BODY_UNCHANGED,
	    BODY_CHANGED,   BODY_CHANGED,   BODY_UNHASHED};

	(void)state;
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(body_hashes_want(hashes, &rows[i]),
				 wants[i] != BODY_UNHASHED);
	body_hashes_add(hashes, span_of("a  "));
	body_hashes_add(hashes, span_of("b"));
	body_hashes_finish(hashes);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(body_hashes_compare(hashes, &rows[i]),
				 wants[i]);
	rows[0].body_hash.length = DIGEST_BYTES - 1;
	assert_int_equal(body_hashes_compare(hashes, &rows[0]), BODY_CHANGED);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(compares_each_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
