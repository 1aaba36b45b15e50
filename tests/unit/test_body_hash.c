/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_body_hash.c - hashes of canonicalised bodies
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/auth/body_hash.h"

static struct digest_value hash_text(TALLOC_CTX *mem, const char *text)
{
	struct digest *digest = digest_new(mem);

	digest_add(digest, span_of(text));
	return digest_finish(digest);
}

static struct digest_value hash_body(TALLOC_CTX *mem, const char *body,
				     size_t chunk, bool is_relaxed, long length)
{
	struct body_hash *hash = body_hash_new(mem, is_relaxed, length);
	size_t all = strlen(body);

	for (size_t at = 0; at < all; at += chunk)
		body_hash_add(
		    hash,
		    span_make(body + at, all - at < chunk ? all - at : chunk));
	return body_hash_finish(hash);
}

/* `want` NULL: l= is longer than the body. */
static void check(const char *body, bool is_relaxed, long length,
		  const char *want)
{
	TALLOC_CTX *mem = mem_context(NULL);

	for (size_t chunk = 1; chunk < 5; chunk++) {
		struct digest_value got =
		    hash_body(mem, body, chunk, is_relaxed, length);
		assert_int_equal(got.is_good, want != NULL);
		if (want != NULL)
			assert_memory_equal(got.bytes,
					    hash_text(mem, want).bytes,
					    DIGEST_BYTES);
	}
	mem_free(mem);
}

static void canonicalises(void **state)
{
	static const struct {
		const char *body;
		const char *simple;
		const char *relaxed;
	} rows[] = {
	    {"", "\r\n", ""},
	    {"\r\n\r\n", "\r\n", ""},
	    {"a", "a\r\n", "a\r\n"},
	    {"a\r\n\r\n\r\n", "a\r\n", "a\r\n"},
	    {"\r\n\r\na\r\n", "\r\n\r\na\r\n", "\r\n\r\na\r\n"},
	    {"a\r\n\r\nb", "a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n"},
	    {"a \t b\r\n", "a \t b\r\n", "a b\r\n"},
	    {"\t a \r\n", "\t a \r\n", " a\r\n"},
	    {"a\r\n  \r\n", "a\r\n  \r\n", "a\r\n"},
	    {"a\r\n  \r\nb\r\n", "a\r\n  \r\nb\r\n", "a\r\n\r\nb\r\n"},
	    {"  ", "  \r\n", ""},
	    {"a\rb\nc\r\n", "a\rb\nc\r\n", "a\rb\nc\r\n"},
	    {"a\r\r\n", "a\r\r\n", "a\r\r\n"},
	    {"a\r", "a\r\r\n", "a\r\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		check(rows[i].body, false, -1, rows[i].simple);
		check(rows[i].body, true, -1, rows[i].relaxed);
	}
}

static void cuts_at_the_length(void **state)
{
	static const struct {
		const char *body;
		bool is_relaxed;
		long length;
		const char *want;
	} rows[] = {
	    {"abc\r\n", false, 0, ""},
	    {"abc\r\n", false, 2, "ab"},
	    {"abc\r\n", false, 5, "abc\r\n"},
	    {"abc\r\n", false, 6, NULL},
	    {"abc", false, 5, "abc\r\n"},
	    {"a   b\r\nc\r\n", true, 5, "a b\r\n"},
	    {"", true, 1, NULL},
	    {"", false, 2, "\r\n"},
	    {"a\r\n\r\n\r\n", true, 5, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check(rows[i].body, rows[i].is_relaxed, rows[i].length,
		      rows[i].want);
}

/* More than one buffer, and empty lines that wait past its end. */
static void takes_long_bodies(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	size_t length = 20000;
	char *body = mem_strndup(mem, "", 0);

	(void)state;
	body = mem_resize(mem, body, char, length + 1);
	for (size_t i = 0; i < length; i += 2)
		memcpy(body + i, i % 5000 == 0 ? "ab" : "\r\n", 2);
	memcpy(body + length - 3, "x\r\n", 4);
	check(body, false, -1, body);
	check(body, true, -1, body);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(canonicalises),
	    cmocka_unit_test(cuts_at_the_length),
	    cmocka_unit_test(takes_long_bodies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
