/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_body_hash.c - hashes of canonicalised bodies
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/auth/body_hash.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

static struct digest_value hash_text(TALLOC_CTX *mem, const char *text)
{
	struct digest *digest = digest_new(mem);

	digest_add(digest, span_of(text));
	return digest_finish(digest);
}

/* Asked for alone, or among other lengths. */
static struct body_hash *hash_body(TALLOC_CTX *mem, const char *body,
				   size_t chunk, bool is_relaxed, long length)
{
	struct body_hash *hash = body_hash_new(mem, is_relaxed);
	size_t all = strlen(body);

	assert_true(body_hash_want(hash, length));
	if (chunk % 2 == 0) {
		assert_true(body_hash_want(hash, 3));
		assert_true(body_hash_want(hash, 0));
		assert_true(body_hash_want(hash, -1));
	}
	for (size_t at = 0; at < all; at += chunk)
		body_hash_add(
		    hash,
		    span_make(body + at, all - at < chunk ? all - at : chunk));
	body_hash_finish(hash);
	return hash;
}

/* `want` NULL: l= is longer than the body. */
static void check(const char *body, bool is_relaxed, long length,
		  const char *want)
{
	TALLOC_CTX *mem = mem_context(NULL);

	for (size_t chunk = 1; chunk < 5; chunk++) {
		const struct body_hash *hash =
		    hash_body(mem, body, chunk, is_relaxed, length);
		const struct digest_value *got = body_hash_value(hash, length);
		assert_int_equal(got != NULL, want != NULL);
		if (want == NULL)
			continue;
		assert_true(got->is_good);
		assert_memory_equal(got->bytes, hash_text(mem, want).bytes,
				    DIGEST_BYTES);
		if (length < 0)
			assert_int_equal(body_hash_length(hash), strlen(want));
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

/* --- against the RFC's rules on a whole body ----------------------------- */

#define BODY_MAX 64

static struct strbuf new_text(TALLOC_CTX *mem)
{
	struct strbuf text;

	strbuf_init(&text, mem, (size_t)4 * BODY_MAX);
	return text;
}

static bool ends_line(struct span s, size_t at)
{
	return at + 1 < s.length && s.data[at] == '\r' &&
	       s.data[at + 1] == '\n';
}

/* RFC 6376 3.4.4 a: the line's blanks. */
static void reduce_line(struct span line, struct strbuf *out)
{
	bool has_blank = false;

	for (size_t i = 0; i < line.length; i++) {
		bool is_blank = line.data[i] == ' ' || line.data[i] == '\t';
		if (!is_blank && has_blank)
			strbuf_add_char(out, ' ');
		if (!is_blank)
			strbuf_add_char(out, line.data[i]);
		has_blank = is_blank;
	}
}

/* The lines one after the other; empty ones are written when another comes. */
static struct span canonical(TALLOC_CTX *mem, struct span body, bool is_relaxed)
{
	struct strbuf out = new_text(mem);
	size_t empty = 0;

	for (size_t from = 0; from < body.length;) {
		struct strbuf line = new_text(mem);
		size_t to = from;
		while (to < body.length && !ends_line(body, to))
			to++;
		struct span raw = span_make(body.data + from, to - from);
		if (is_relaxed)
			reduce_line(raw, &line);
		else
			strbuf_add(&line, raw.data, raw.length);
		from = to + 2;
		empty++;
		if (line.length == 0)
			continue;
		for (; empty > 1; empty--)
			strbuf_add_text(&out, "\r\n");
		empty = 0;
		strbuf_add(&out, strbuf_text(&line), line.length);
		strbuf_add_text(&out, "\r\n");
	}
	if (out.length == 0 && !is_relaxed)
		strbuf_add_text(&out, "\r\n");
	return span_make(strbuf_text(&out), out.length);
}

static unsigned pick(uint32_t *state, unsigned below)
{
	*state = *state * 1664525U + 1013904223U;
	return (*state >> 8) % below;
}

/* Chunks of any size, and each l= up to one byte past the end. */
static void check_random(TALLOC_CTX *mem, uint32_t *state, struct span body,
			 bool is_relaxed)
{
	struct span want = canonical(mem, body, is_relaxed);
	struct body_hash *hash = body_hash_new(mem, is_relaxed);
	long lengths[4];

	for (size_t i = 0; i < 4; i++) {
		lengths[i] = (long)pick(state, (unsigned)want.length + 3) - 1;
		assert_true(body_hash_want(hash, lengths[i]));
	}
	for (size_t at = 0; at < body.length;) {
		size_t chunk = 1 + pick(state, pick(state, 2) == 0 ? 20 : 400);
		if (chunk > body.length - at)
			chunk = body.length - at;
		body_hash_add(hash, span_make(body.data + at, chunk));
		at += chunk;
	}
	body_hash_finish(hash);
	assert_int_equal(body_hash_length(hash), want.length);
	for (size_t i = 0; i < 4; i++) {
		const struct digest_value *got =
		    body_hash_value(hash, lengths[i]);
		assert_int_equal(got != NULL, lengths[i] <= (long)want.length);
		if (got == NULL)
			continue;
		struct digest *digest = digest_new(mem);
		size_t covered =
		    lengths[i] < 0 ? want.length : (size_t)lengths[i];
		digest_add(digest, span_make(want.data, covered));
		assert_memory_equal(got->bytes, digest_finish(digest).bytes,
				    DIGEST_BYTES);
	}
}

static void agrees_with_the_rules(void **state)
{
	static const char bytes[] = {'a',  'b',	   ' ', '\t',	'\r',	'\n',
				     '\0', '\x1f', '!', '\x7f', '\x80', '\xff'};
	uint32_t number = 7;

	(void)state;
	for (int i = 0; i < 6000; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		char body[BODY_MAX];
		size_t length = 0;
		while (length + 24 < BODY_MAX && pick(&number, 30) != 0) {
			size_t run = pick(&number, 3) == 0 ? 20 : 1;
			/* Words, as a body mostly has: those are not looked
			 * at byte by byte. */
			if (i % 3 == 0 && pick(&number, 4) != 0) {
				memcpy(body + length, "two words and more.",
				       19);
				length += 19;
				continue;
			}
			char c = bytes[pick(&number, sizeof bytes)];
			if (pick(&number, 5) == 0) {
				memcpy(body + length, "\r\n", 2);
				length += 2;
				continue;
			}
			memset(body + length, c, run);
			length += run;
		}
		check_random(mem, &number, span_make(body, length), i % 2 == 0);
		mem_free(mem);
	}
}

static void hashes_so_many_lengths(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct body_hash *hash = body_hash_new(mem, true);

	(void)state;
	for (long i = 0; i < LIMIT_BODY_LENGTHS; i++)
		assert_true(body_hash_want(hash, i));
	assert_false(body_hash_want(hash, LIMIT_BODY_LENGTHS));
	/* what is wanted already, and the whole body, are no further ones */
	assert_true(body_hash_want(hash, LIMIT_BODY_LENGTHS - 1));
	assert_true(body_hash_want(hash, -1));
	body_hash_add(hash, span_of("12345678\r\n"));
	body_hash_finish(hash);
	assert_null(body_hash_value(hash, LIMIT_BODY_LENGTHS));
	assert_memory_equal(body_hash_value(hash, 2)->bytes,
			    hash_text(mem, "12").bytes, DIGEST_BYTES);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(canonicalises),
	    cmocka_unit_test(cuts_at_the_length),
	    cmocka_unit_test(takes_long_bodies),
	    cmocka_unit_test(agrees_with_the_rules),
	    cmocka_unit_test(hashes_so_many_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
