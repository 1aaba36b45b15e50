/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_header_hash.c - which header fields a signature covers
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/auth/header_hash.h"
#include "lib/base/limits.h"

static struct header_hash *header_of(TALLOC_CTX *mem, const char *text)
{
	struct field_list *fields = mem_new(mem, struct field_list);
	struct span line;
	struct span rest = span_of(text);
	struct field field;

	for (bool is_more = true; is_more;) {
		is_more = span_cut(rest, '|', &line, &rest);
		assert_true(span_cut(line, ':', &field.name, &field.value));
		field_list_add(mem, fields, field);
	}
	return header_hash_new(mem, fields);
}

/* The value of the tag b, in a field that ends with it or with a semicolon. */
static struct header_signature signature_in(const char *value, size_t place,
					    const char *fields, bool is_relaxed)
{
	const char *start = strstr(value, "QQ");

	return (struct header_signature){.place = place,
					 .fields = span_of(fields),
					 .signature = span_make(start, 2),
					 .is_relaxed = is_relaxed};
}

static void check(const char *text, size_t place, const char *own,
		  const char *fields, bool is_relaxed, const char *want)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct header_hash *header = header_of(mem, text);
	struct header_signature signature =
	    signature_in(strstr(text, own), place, fields, is_relaxed);
	struct digest_value value;
	struct digest *digest = digest_new(mem);

	digest_add(digest, span_of(want));
	struct digest_value expected = digest_finish(digest);
	for (int again = 0; again < 2; again++) {
		assert_true(header_hash_signed(header, &signature, &value));
		assert_true(value.is_good);
		if (memcmp(value.bytes, expected.bytes, DIGEST_BYTES) != 0)
			fail_msg("%s, h=%s", text, fields);
	}
	mem_free(mem);
}

static void chooses_from_the_bottom(void **state)
{
	static const struct {
		const char *header;
		size_t place;
		const char *fields;
		const char *want;
	} rows[] = {
	    {"S: b=QQ|A: 1|B: 2|a: 3", 0, "a", "a:3\r\ns:b="},
	    {"S: b=QQ|A: 1|B: 2|a: 3", 0, "a:A", "a:3\r\na:1\r\ns:b="},
	    {"S: b=QQ|A: 1|B: 2|a: 3", 0, "a:b:a:a:x",
	     "a:3\r\nb:2\r\na:1\r\ns:b="},
	    {"S: b=QQ|A: 1", 0, " A :\r\n b", "a:1\r\ns:b="},
	    {"S: b=QQ|A : 1", 0, "a", "a:1\r\ns:b="},
	    {"S: b=QQ|A: 1", 0, "", "s:b="},
	    {"S: b=QQ|A: 1", 0, "::a:", "a:1\r\ns:b="},
	    {"S: b=QQ|AA: 1|A: 2", 0, "aa:a", "aa:1\r\na:2\r\ns:b="},
	    /* The field itself is never chosen, wherever it stands. */
	    {"S: b=QQ", 0, "s:s", "s:b="},
	    {"S: b=QQ|S: 1|S: 2", 0, "s:s:s", "s:2\r\ns:1\r\ns:b="},
	    {"S: 1|S: b=QQ|S: 2", 1, "s:s:s", "s:2\r\ns:1\r\ns:b="},
	    {"S: 1|S: 2|S: b=QQ", 2, "s:s:s", "s:2\r\ns:1\r\ns:b="},
	    /* Two of the same bytes are two fields. */
	    {"S: b=QQ|S: b=QQ", 0, "s:s", "s:b=QQ\r\ns:b="},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check(rows[i].header, rows[i].place, "b=QQ", rows[i].fields,
		      true, rows[i].want);
}

/* C23, C24: of the value of b=, and of nothing else, nothing is left. */
static void c23_c24_empties_b(void **state)
{
	static const struct {
		const char *value;
		const char *simple;
		const char *relaxed;
	} rows[] = {
	    {" a=1; b=QQ", "S: a=1; b=", "s:a=1; b="},
	    {" b =QQ; a=1", "S: b =; a=1", "s:b =; a=1"},
	    {" b\r\n =\r\n QQ\r\n ;a=1", "S: b\r\n =;a=1", "s:b =;a=1"},
	    {" xb=R; b= QQ ;_b=R ", "S: xb=R; b=;_b=R ", "s:xb=R; b=;_b=R"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		const char *text = mem_printf(mem, "S:%s", rows[i].value);
		check(text, 0, rows[i].value, "", false, rows[i].simple);
		check(text, 0, rows[i].value, "", true, rows[i].relaxed);
		mem_free(mem);
	}
}

static void c26_c28_simple_and_relaxed(void **state)
{
	static const char header[] =
	    "S: b=QQ|Sub Ject : a\n\tb |X:\v \f|From:\ra\r\r\n b";

	(void)state;
	check(header, 0, "b=QQ", "from:x:sub ject:s:none", false,
	      "From:\ra\r\r\n b\r\nX:\v \f\r\nSub Ject : a\r\n\tb "
	      "\r\nS: b=");
	check(header, 0, "b=QQ", "from:x:sub ject:s:none", true,
	      "from:\ra\r b\r\nx:\v \f\r\nsub ject:a b\r\ns:b=");
}

/* A thousand fields, h= of a thousand names, many signatures. */
static void finds_names_among_many(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct field_list fields = {0};
	struct header_hash *header = header_hash_new(mem, &fields);
	struct digest *digest = digest_new(mem);
	static const char own[] = " b=QQ";
	char *names = mem_strdup(mem, "");
	struct digest_value value;

	(void)state;
	for (int i = 0; i < LIMIT_HEADER_FIELDS - 1; i++) {
		const char *name = mem_printf(mem, "X-%d", i % 300);
		field_list_add(
		    mem, &fields,
		    (struct field){span_of(name),
				   span_of(mem_printf(mem, "%d", i))});
	}
	field_list_add(mem, &fields,
		       (struct field){span_of("S"), span_of(own)});
	for (int i = LIMIT_HEADER_FIELDS - 2; i >= 0; i--) {
		names = mem_printf(mem, "%sx-%d:", names, i % 300);
		digest_add(digest,
			   span_of(mem_printf(mem, "x-%d:%d\r\n", i % 300, i)));
	}
	digest_add(digest, span_of("s:b="));
	struct digest_value want = digest_finish(digest);
	struct header_signature signature =
	    signature_in(own, LIMIT_HEADER_FIELDS - 1, names, true);
	for (int i = 0; i < 20; i++) {
		assert_true(header_hash_signed(header, &signature, &value));
		assert_memory_equal(value.bytes, want.bytes, DIGEST_BYTES);
	}
	mem_free(mem);
}

/* All signatures together, a field hashed ten times counting ten times. */
static void bounds_the_bytes(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct field_list fields = {0};
	struct header_hash *header = header_hash_new(mem, &fields);
	static const char own[] = " b=QQ";
	size_t length = LIMIT_HASHED_HEADER_BYTES / 4 - 100;
	char *text = mem_array(mem, char, length);
	struct header_signature signature = signature_in(own, 0, "a", true);
	struct digest_value value;

	(void)state;
	memset(text, 'x', length);
	field_list_add(mem, &fields,
		       (struct field){span_of("S"), span_of(own)});
	field_list_add(mem, &fields,
		       (struct field){span_of("A"), span_make(text, length)});
	for (int i = 0; i < 4; i++)
		assert_true(header_hash_signed(header, &signature, &value));
	assert_false(header_hash_signed(header, &signature, &value));
	/* What still fits is hashed. */
	signature.fields = span_of("x");
	assert_true(header_hash_signed(header, &signature, &value));
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(chooses_from_the_bottom),
	    cmocka_unit_test(c23_c24_empties_b),
	    cmocka_unit_test(c26_c28_simple_and_relaxed),
	    cmocka_unit_test(finds_names_among_many),
	    cmocka_unit_test(bounds_the_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
