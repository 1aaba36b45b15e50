/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_encoded_word.c - encoded words: what all programs decode alike
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/mail/encoded_word.h"

/* `want` NULL: read, but not decoded; `length` 0: not read. */
static const struct {
	const char *input;
	size_t length;
	const char *want;
} rows[] = {
    {"=?UTF-8?Q?Foo:_Bar?= x", 20, "Foo: Bar"},
    {"=?utf-8?q?Doe,=20John?=", 23, "Doe, John"},
    {"=?UTF-8*en?Q?a?=", 16, "a"},
    {"=?UTF-8?Q?\?=", 12, ""},
    {"=?UTF-8?B?\?=", 12, ""},
    {"=?ISO-8859-1?Q?M=fcller?=", 25, "M\xfcller"},
    {"=?windows-1252?Q?=80?=", 22, "\x80"},
    {"=?utf-8?B?PGNlb0B2aWN0aW0udGVzdD4=?=", 36, "<ceo@victim.test>"},
    {"=?utf-8?b?YQ==?=", 16, "a"},
    {"=?utf-8?b?YWI=?=", 16, "ab"},
    {"=?utf-8?b?YWJj?=", 16, "abc"},
    {"=?utf-8?b?w6k=?=", 16, "\xc3\xa9"},
    /* what programs decode differently */
    {"=?UTF-8?Q?a=?=", 14, NULL},
    {"=?UTF-8?Q?a=4?=", 15, NULL},
    {"=?UTF-8?Q?a=4g?=", 16, NULL},
    {"=?UTF-8?Q?=fc?=", 15, NULL},
    {"=?UTF-8?Q?=c0=bc?=", 18, NULL},
    {"=?UTF-8?Q?a=0ab?=", 17, NULL},
    {"=?UTF-8?Q?=c2=85?=", 18, NULL},
    {"=?utf-8?b?YQ=?=", 15, NULL},
    {"=?utf-8?b?YQ?=", 14, NULL},
    {"=?utf-8?b?Y===?=", 16, NULL},
    {"=?utf-8?b?Y=Q=?=", 16, NULL},
    {"=?utf-8?b?YW_j?=", 16, NULL},
    {"=?UTF-7?Q?+AEA-?=", 17, NULL},
    {"=?UTF-16?B?AEA=?=", 17, NULL},
    {"=?ISO-2022-JP?B?YQ==?=", 22, NULL},
    {"=?x?Q?a?=", 9, NULL},
    /* what is none */
    {"", 0, NULL},
    {"=", 0, NULL},
    {"=?", 0, NULL},
    {"=?UTF-8", 0, NULL},
    {"=?UTF-8?", 0, NULL},
    {"=?UTF-8?Q", 0, NULL},
    {"=?UTF-8?Q?a", 0, NULL},
    {"=?UTF-8?Q?a?", 0, NULL},
    {"=??Q?a?=", 0, NULL},
    {"=?UTF-8??a?=", 0, NULL},
    {"=?UTF-8?X?a?=", 0, NULL},
    {"=?UTF-8?QQ?a?=", 0, NULL},
    {"=?UTF-8?Q?a?b?=", 0, NULL},
    {"=?UTF-8?Q?a b?=", 0, NULL},
    {"=?UTF-8?Q?a<b?=", 0, NULL},
    {"=?UTF-8?Q?a>b?=", 0, NULL},
    {"=?UTF-8?Q?a\"b?=", 0, NULL},
    {"=?UTF-8?Q?(b)?=", 0, NULL},
    {"=?UTF-8?Q?a\\b?=", 0, NULL},
    {"=?UTF-8?Q?\xc3\xa9?=", 0, NULL},
    {"x=?UTF-8?Q?a?=", 0, NULL},
};

static void reads_and_decodes(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct encoded_word word = {.length = 0};
		struct strbuf out;
		strbuf_init(&out, mem, 1000);
		strbuf_add_text(&out, "x");
		bool is_read = encoded_word_read(span_of(rows[i].input), &word);
		if (is_read != (rows[i].length > 0) ||
		    word.length != rows[i].length)
			fail_msg("%s: length %zu", rows[i].input, word.length);
		if (!is_read)
			continue;
		bool is_decoded = encoded_word_decode(&word, &out);
		if (is_decoded != (rows[i].want != NULL) ||
		    (is_decoded &&
		     strcmp(strbuf_text(&out) + 1, rows[i].want) != 0))
			fail_msg("%s: %d, %s", rows[i].input, is_decoded,
				 strbuf_text(&out));
	}
	mem_free(mem);
}

/* Every byte survives base64, and NUL is none of ours to keep. */
static void decodes_zero_bytes(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct encoded_word word;
	struct strbuf out;

	(void)state;
	strbuf_init(&out, mem, 10);
	assert_true(encoded_word_read(span_of("=?us-ascii?B?AAEC?="), &word));
	assert_true(encoded_word_decode(&word, &out));
	assert_int_equal(out.length, 3);
	assert_memory_equal(strbuf_text(&out), "\0\1\2", 3);
	strbuf_clear(&out);
	assert_true(encoded_word_read(span_of("=?UTF-8?B?AAEC?="), &word));
	assert_false(encoded_word_decode(&word, &out));
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_and_decodes),
	    cmocka_unit_test(decodes_zero_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
